import { describe, expect, it } from 'vitest'
import type { AnyKind, CreateRequest, Kind, Observed } from '../../src/resources/kind.ts'
import { sandboxContext, tagsFor } from './context.ts'
import type { SandboxContext } from './context.ts'

type PropsOf<K> = K extends Kind<infer P, infer _A> ? P : never

export interface KindLife<K extends AnyKind> {
  readonly kind: K
  /** Makes whatever the resource needs to exist first, and gives its props. */
  readonly props: (context: SandboxContext) => Promise<PropsOf<K>>
  /** Props that change in place, one after the other. */
  readonly changes: readonly Partial<PropsOf<K>>[]
  /** Props that are written but never read back. */
  readonly writeOnly?: readonly (keyof PropsOf<K>)[]
  /** Optional props that AWS wants all the same, next to the others of this one. */
  readonly needed?: readonly (keyof PropsOf<K>)[]
}

const address = 'step/thing'

/** The tests that every kind has to pass, on the embedded AWS. */
export function describeKindLife<K extends AnyKind>({
  kind,
  props: prepare,
  changes,
  writeOnly = [],
  needed = [],
}: KindLife<K>): void {
  const normal = (props: PropsOf<K>): PropsOf<K> =>
    kind.normalise ? (kind.normalise(props) as PropsOf<K>) : props
  const readable = (props: PropsOf<K>) =>
    Object.fromEntries(
      Object.entries(normal(props) as object).filter(
        ([name, value]) => value !== undefined && !writeOnly.includes(name as keyof PropsOf<K>),
      ),
    )

  describe(`${kind.type} on the embedded AWS`, () => {
    it('reads back the props it was created with', async () => {
      const context = sandboxContext()
      const props = await prepare(context)
      const attributes = await make(kind, props, context)
      const observed = await read(kind, context, { props, attributes })
      expect(observed?.props).toMatchObject(readable(props))
      expect(observed?.pending).toBeUndefined()
    })

    it('is found again without recorded attributes', async () => {
      const context = sandboxContext()
      const props = await prepare(context)
      const attributes = await make(kind, props, context)
      const observed = await read(kind, context, { props, attributes: undefined })
      expect(observed?.attributes).toEqual(attributes)
      if (kind.ownership === 'tags') expect(observed?.tags).toMatchObject(tagsFor(address))
    })

    it.runIf(kind.ownership === 'tags')(
      'shows its tags, also where it is recorded, when they are asked for',
      async () => {
        const context = sandboxContext()
        const props = await prepare(context)
        const attributes = await make(kind, props, context)
        const request = { address, attributes, props: {}, tags: tagsFor(address), tagsToo: true } as const
        const [observed] = await kind.read([request], context)
        expect(observed?.tags).toMatchObject(tagsFor(address))
      },
    )

    it('is absent before it is created', async () => {
      const context = sandboxContext()
      const props = await prepare(context)
      expect(await read(kind, context, { props, attributes: undefined })).toBeUndefined()
    })

    it.runIf(changes.length > 0)('changes one prop at a time and touches no neighbour', async () => {
      const context = sandboxContext()
      let props = (await prepare(context)) as PropsOf<K>
      let attributes = await make(kind, props, context)
      for (const change of changes) {
        const observed = (await read(kind, context, { props, attributes }))!
        props = { ...(props as object), ...(change as object) } as PropsOf<K>
        attributes = await kind.update!(
          {
            address,
            attributes,
            observed: observed.props,
            props: normal(props),
            changed: Object.keys(change),
          },
          context,
        )
        attributes = await settle(kind, attributes, context)
        const after = await read(kind, context, { props, attributes })
        expect(after?.props).toMatchObject(readable(props))
      }
    })

    const restored = restoredProps(kind).filter(({ name }) => !needed.includes(name as keyof PropsOf<K>))
    it.runIf(restored.length > 0)('has by default what it goes back to, and goes back to it', async () => {
      for (const { name, without } of restored) {
        const context = sandboxContext()
        const props = await prepare(context)
        const { [name]: _, ...others } = props as Record<string, unknown>
        const value = without(others)
        if (value === undefined) continue
        const wish = { ...others, [name]: value } as PropsOf<K>
        const attributes = await make(kind, others as PropsOf<K>, context)
        const byDefault = await read(kind, context, { props: wish, attributes })
        expect(byDefault?.props, `${name} by default`).toMatchObject({ [name]: value })
      }
      for (const { name, without } of restored.filter(({ name }) => !kind.replaceOn.includes(name))) {
        const context = sandboxContext()
        const props = (await prepare(context)) as Record<string, unknown>
        const value = without(props)
        if (value === undefined || props[name] === undefined) continue
        const attributes = await make(kind, props as PropsOf<K>, context)
        const before = (await read(kind, context, { props: props as PropsOf<K>, attributes }))!
        const wish = normal({ ...props, [name]: value } as PropsOf<K>)
        const request = { address, attributes, observed: before.props, props: wish, changed: [name] }
        await settle(kind, await kind.update!(request, context), context)
        const after = await read(kind, context, { props: wish, attributes })
        expect(after?.props, `${name} restored`).toMatchObject({ [name]: value })
      }
    })

    it.runIf(kind.retag)('sets and removes tags', async () => {
      const context = sandboxContext()
      const props = await prepare(context)
      const attributes = await make(kind, props, context)
      await kind.retag!(attributes, { set: { team: 'blue', cost: '7' }, remove: [] }, context)
      await kind.retag!(attributes, { set: {}, remove: ['cost'] }, context)
      const tags = (await read(kind, context, { props, attributes: undefined }))?.tags
      expect(tags).toMatchObject({ ...tagsFor(address), team: 'blue' })
      expect(tags).not.toHaveProperty('cost')
    })

    it.runIf(kind.ownership !== 'shared')(
      'is gone after its deletion, and deleting it again is success',
      async () => {
        const context = sandboxContext()
        const props = await prepare(context)
        const attributes = await make(kind, props, context)
        const request = {
          address,
          attributes,
          dataMayGo: kind.data === 'keep',
          ...(kind.data === 'snapshot' ? { finalSnapshot: 'shop-test-final' } : {}),
        }
        await kind.delete(request, context)
        await vanish(kind, attributes, context)
        expect(await read(kind, context, { props, attributes })).toBeUndefined()
        expect(await read(kind, context, { props, attributes: undefined })).toBeUndefined()
        await kind.delete(request, context)
      },
    )
  })
}

/** Props that get AWS's default when the config no longer names them; undefined where that depends on other props. */
function restoredProps({ withdrawn = {} }: AnyKind) {
  return Object.entries(withdrawn).flatMap(([name, effect]) => {
    const without = (props: object): unknown => {
      const applied = typeof effect === 'function' ? effect(props, props) : effect
      return 'becomes' in applied ? applied.becomes : undefined
    }
    return typeof effect === 'function' || 'becomes' in effect ? [{ name, without }] : []
  })
}

async function make<K extends AnyKind>(kind: K, props: PropsOf<K>, context: SandboxContext) {
  const request: CreateRequest<PropsOf<K>> = {
    address,
    props: kind.normalise ? (kind.normalise(props) as PropsOf<K>) : props,
    tags: tagsFor(address),
    token: '0123456789abcdef0123456789abcdef',
  }
  let attributes: object = await kind.create(request, context)
  if (kind.finish) attributes = await kind.finish(request, attributes, context)
  return settle(kind, attributes, context)
}

/** Waits, in virtual time, until the resource is ready. */
export async function settle(kind: AnyKind, attributes: object, context: SandboxContext): Promise<object> {
  for (let look = 0; kind.ready && look < 1000; look++) {
    const [now] = await kind.ready([attributes], context)
    if (now?.state === 'ready') return now.attributes as object
    if (now?.state === 'failed') throw new Error(now.reason)
    await context.clock.sleep(5000)
  }
  return attributes
}

/** Waits, in virtual time, until the deletion is over. */
export async function vanish(kind: AnyKind, attributes: object, context: SandboxContext): Promise<void> {
  for (let look = 0; kind.gone && look < 1000; look++) {
    const [now] = await kind.gone([attributes], context)
    if (now?.state === 'gone') return
    if (now?.state === 'failed') throw new Error(now.reason)
    await context.clock.sleep(5000)
  }
}

async function read<K extends AnyKind>(
  kind: K,
  context: SandboxContext,
  { props, attributes }: { props: PropsOf<K>; attributes: object | undefined },
): Promise<Observed<PropsOf<K>, object> | undefined> {
  const [observed] = await kind.read([{ address, attributes, props, tags: tagsFor(address) }], context)
  return observed as Observed<PropsOf<K>, object> | undefined
}
