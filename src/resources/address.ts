/** Where a resource stands in the stack: `<step>/<thing>`, e.g. `network/public-subnet-a`. Unique in a stack. */
export type Address = string
