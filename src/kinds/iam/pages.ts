interface Page {
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}

/** Every page of a list: IAM may cut one short whatever `MaxItems` says. */
export async function allPages<P extends Page, Item>(
  list: (marker: { readonly Marker?: string }) => Promise<P>,
  itemsOf: (page: P) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = []
  let marker: { readonly Marker?: string } | undefined = {}
  while (marker) {
    const page: P = await list(marker)
    items.push(...(itemsOf(page) ?? []))
    marker = page.IsTruncated && page.Marker ? { Marker: page.Marker } : undefined
  }
  return items
}
