/**
 * What kinds of things that somebody else owns have in common: they are read, never changed and never deleted. `listing`
 * is the command that shows those there are.
 */
export function existing(listing: string) {
  return {
    ownership: 'existing',
    replaceOn: [],
    replacement: 'create-first',
    seconds: { create: 0, delete: 0 },
    listing,
    create: async ({ address }: { readonly address: string }): Promise<never> => {
      throw new Error(`${address} is not there, and it is not this stack’s to make`)
    },
    delete: async (): Promise<void> => {},
  } as const
}
