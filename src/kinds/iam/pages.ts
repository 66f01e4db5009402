import { allPages as everyPage } from '../../aws/pages.ts'

interface Page {
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}

/** Every page of a list: IAM may cut one short whatever `MaxItems` says. */
export function allPages<P extends Page, Item>(
  list: (marker: { readonly Marker?: string }) => Promise<P>,
  itemsOf: (page: P) => readonly Item[] | undefined,
): Promise<Item[]> {
  return everyPage(async marker => {
    const page = await list(marker === undefined ? {} : { Marker: marker })
    return { rows: itemsOf(page), next: page.IsTruncated ? page.Marker : undefined }
  })
}
