/** An option that may be given several times. */
export function each(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value]
}
