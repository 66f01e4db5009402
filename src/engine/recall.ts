import { importedTag } from '../aws/tags.ts'
import type { Decision } from '../plan/decision.ts'
import type { Tags } from '../resources/kind.ts'
import type { Resource } from '../resources/resource.ts'
import type { Entry, Recorded } from '../state/entry.ts'
import { edgesOf } from './graph.ts'

/** The entry of something that was found again: as AWS has it, so that the next plan shows what differs. */
export function recalled({ address, type, resource, observed, tags }: Decision): Entry | undefined {
  if (!observed) return undefined
  return {
    address,
    type,
    // What AWS is still changing is resumed by the next run.
    status: observed.pending === undefined ? 'ready' : 'updating',
    attributes: observed.attributes as Recorded,
    props: observed.props as Recorded,
    // Tags that the wish does not name are someone else's, and were never recorded.
    tags: observed.tags ? shared(observed.tags, tags) : tags,
    dependsOn: edgesOf(resource as Resource),
    generation: 1,
    deposed: [],
    ...(importedTag in tags ? { retained: true } : {}),
  }
}

function shared(observed: Tags, wished: Tags): Tags {
  return Object.fromEntries(Object.entries(observed).filter(([key]) => key in wished))
}
