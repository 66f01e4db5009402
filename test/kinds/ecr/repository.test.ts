import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  LifecyclePolicyNotFoundException,
  ListTagsForResourceCommand,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr'
import { describe, expect, it } from 'vitest'
import { HoldsData } from '../../../src/errors.ts'
import { imageExists, tagImages, tagsIn, untagImage } from '../../../src/kinds/ecr/image.ts'
import { repository } from '../../../src/kinds/ecr/repository.ts'
import type { RepositoryProps } from '../../../src/kinds/ecr/repository.ts'
import { pushImage } from '../../../src/sandbox/ecr.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const keepTen = {
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 10 },
      action: { type: 'expire' },
    },
  ],
}

const props: RepositoryProps = {
  repositoryName: 'shop-test/backend',
  scanOnPush: true,
  imageTagMutability: 'IMMUTABLE',
  encryption: 'AES256',
  lifecyclePolicy: keepTen,
}

const attributes = attributesFor(props.repositoryName)
const address = 'backend/repository'
const token = '0123456789abcdef0123456789abcdef'
const notFound = new RepositoryNotFoundException({ message: 'gone', $metadata: {} })

describeKindLife<typeof repository>({
  kind: repository,
  props: async () => props,
  changes: [
    { scanOnPush: false },
    { imageTagMutability: 'MUTABLE' },
    { lifecyclePolicy: { rules: [{ ...keepTen.rules[0]!, rulePriority: 2 }] } },
    { lifecyclePolicy: null },
  ],
})

describe('ecr/repository', () => {
  it('is created in one call that carries its tags', async () => {
    const ecr = stubbed(ECRClient)
    ecr.on(CreateRepositoryCommand).resolves({ repository: shown(props.repositoryName) })
    const request = { address, props, tags: { Name: 'backend' }, token }
    expect(await repository.create(request, mockedContext())).toEqual(attributes)
    expect(ecr.calls().map(call => call.args[0].input)).toEqual([
      {
        repositoryName: 'shop-test/backend',
        imageScanningConfiguration: { scanOnPush: true },
        imageTagMutability: 'IMMUTABLE',
        encryptionConfiguration: { encryptionType: 'AES256' },
        tags: [{ Key: 'Name', Value: 'backend' }],
      },
    ])
  })

  it('needs no second call without a lifecycle policy', async () => {
    const context = sandboxContext()
    const bare = { repositoryName: 'bare' }
    const request = { address, props: bare, tags: {}, token }
    const made = await repository.finish!(request, await repository.create(request, context), context)
    expect(context.calls).toHaveLength(1)
    await repository.read([readRequest(address, bare, made)], context)
    expect(context.calls.map(call => call.operation)).toEqual(['CreateRepository', 'DescribeRepositories'])
  })

  it('shows no change on a second read', async () => {
    const context = sandboxContext()
    const request = { address, props, tags: tagsFor(address), token }
    const made = await repository.finish!(request, await repository.create(request, context), context)
    const [observed] = await repository.read([readRequest(address, props, made)], context)
    expect(observed).toEqual({ attributes: made, props: repository.normalise!(props), tags: undefined })
  })

  it('sends one request for one changed prop', async () => {
    const ecr = stubbed(ECRClient)
    ecr.onAnyCommand().resolves({})
    const after = { ...props, scanOnPush: false }
    await repository.update!(
      { address, attributes, observed: props, props: after, changed: ['scanOnPush'] },
      mockedContext(),
    )
    expect(ecr.calls().map(call => call.args[0].input)).toEqual([
      { repositoryName: 'shop-test/backend', imageScanningConfiguration: { scanOnPush: false } },
    ])
  })

  it('loses its lifecycle policy in one request, also when somebody was faster', async () => {
    const ecr = stubbed(ECRClient)
    const gone = new LifecyclePolicyNotFoundException({ message: 'gone', $metadata: {} })
    ecr.on(DeleteLifecyclePolicyCommand).rejects(gone)
    const after = { ...props, lifecyclePolicy: null }
    await repository.update!(
      { address, attributes, observed: props, props: after, changed: ['lifecyclePolicy'] },
      mockedContext(),
    )
    expect(ecr.calls().map(call => call.args[0].input)).toEqual([{ repositoryName: 'shop-test/backend' }])
  })

  it('is found although another one in the same call is missing', async () => {
    const ecr = stubbed(ECRClient)
    ecr.on(DescribeRepositoriesCommand).rejects(notFound)
    ecr
      .on(DescribeRepositoriesCommand, { repositoryNames: ['there'] })
      .resolves({ repositories: [shown('there')] })
    const found = await repository.read(
      ['missing', 'there'].map(name => readRequest(name, { repositoryName: name }, attributesFor(name))),
      mockedContext(),
    )
    expect(found.map(one => one?.attributes)).toEqual([undefined, attributesFor('there')])
    expect(ecr.calls()).toHaveLength(3)
  })

  it('is shown with the tags of another stack that has taken its name', async () => {
    const foreign = tagsFor(address, { 'provision:stack': 'other' })
    const ecr = stubbed(ECRClient)
    ecr.on(DescribeRepositoriesCommand).resolves({ repositories: [shown(props.repositoryName)] })
    ecr.on(ListTagsForResourceCommand, { resourceArn: attributes.arn }).resolves({
      tags: Object.entries(foreign).map(([Key, Value]) => ({ Key, Value })),
    })
    const [observed] = await repository.read(
      [readRequest(address, { repositoryName: props.repositoryName })],
      mockedContext(),
    )
    expect(observed?.tags).toEqual(foreign)
  })

  it('takes an already deleted repository for deleted', async () => {
    const ecr = stubbed(ECRClient)
    ecr.on(DeleteRepositoryCommand).rejects(notFound)
    await repository.delete({ address, attributes, dataMayGo: false }, mockedContext())
    expect(ecr.calls().map(call => call.args[0].input)).toEqual([
      { repositoryName: 'shop-test/backend', force: false },
    ])
  })

  it('keeps its images until the user has let them go', async () => {
    const context = sandboxContext()
    const made = await repository.create({ address, props, tags: {}, token }, context)
    pushImage(context.world, props.repositoryName, '1.0')
    const remove = (dataMayGo: boolean) =>
      repository.delete({ address, attributes: made, dataMayGo }, context)
    await expect(remove(false)).rejects.toEqual(new HoldsData('images'))
    await remove(true)
    expect(await repository.read([readRequest(address, props, made)], context)).toEqual([undefined])
  })
})

describe('imageExists', () => {
  it('tells a pushed tag from a missing one, and from a missing repository', async () => {
    const context = sandboxContext()
    const { repositoryName } = props
    const exists = (tag: string) => imageExists(context.aws, { repositoryName, tag })
    expect(await exists('1.0')).toBe(false)
    await repository.create({ address, props, tags: {}, token }, context)
    pushImage(context.world, repositoryName, '1.0')
    expect(await exists('1.0')).toBe(true)
    expect(await exists('2.0')).toBe(false)
  })
})

function attributesFor(repositoryName: string) {
  return {
    repositoryName,
    arn: `arn:aws:ecr:us-east-1:123456789012:repository/${repositoryName}`,
    uri: `123456789012.dkr.ecr.us-east-1.amazonaws.com/${repositoryName}`,
  }
}

function shown(repositoryName: string) {
  const { arn, uri } = attributesFor(repositoryName)
  return { repositoryName, repositoryArn: arn, repositoryUri: uri }
}

describe('the tags of images', () => {
  const repositoryName = 'shop/web'

  async function pushed(immutable = false) {
    const context = sandboxContext()
    const request = {
      address,
      props: { repositoryName, ...(immutable && { imageTagMutability: 'IMMUTABLE' as const }) },
      tags: {},
      token,
    }
    await repository.create(request, context)
    const [one, two] = ['v1', 'v2'].map(tag => pushImage(context.world, repositoryName, tag)) as [
      string,
      string,
    ]
    return { ...context, one, two }
  }

  it('are set with the manifest that the image has, and setting them twice does no harm', async () => {
    const { aws, world, one, two } = await pushed()
    const puts: unknown[] = []
    world.faults = {
      before: ({ operation, input }) => operation === 'PutImage' && puts.push(input),
    }
    const wanted = [
      { tag: 'mark-1', digest: one },
      { tag: 'mark-2', digest: 'sha256:gone' },
    ]
    await tagImages(aws, repositoryName, wanted)
    await tagImages(aws, repositoryName, wanted)
    expect(await tagsIn(aws, repositoryName)).toEqual([
      { tag: 'v1', digest: one },
      { tag: 'v2', digest: two },
      { tag: 'mark-1', digest: one },
    ])
    expect(puts).toEqual(
      Array.from({ length: 2 }, () => ({
        repositoryName,
        imageTag: 'mark-1',
        imageDigest: one,
        imageManifest: expect.stringContaining('"schemaVersion":2'),
        imageManifestMediaType: 'application/vnd.oci.image.index.v1+json',
      })),
    )
  })

  it.each([false, true])('are taken off without deleting the image: immutable tags %s', async immutable => {
    const { aws, one, two } = await pushed(immutable)
    await tagImages(aws, repositoryName, [{ tag: 'mark', digest: one }])
    await untagImage(
      aws,
      repositoryName,
      { tag: 'mark', digest: one },
      await tagsIn(aws, repositoryName),
      two,
    )
    expect(await tagsIn(aws, repositoryName)).toEqual([
      { tag: 'v1', digest: one },
      { tag: 'v2', digest: two },
    ])
    // The last tag of an image: ECR would delete the image with it.
    const last = { tag: 'v1', digest: one }
    await untagImage(aws, repositoryName, last, await tagsIn(aws, repositoryName), two)
    expect(
      (await aws.ecr.describeImages({ repositoryName }))
        .imageDetails!.map(({ imageDigest }) => imageDigest!)
        .toSorted(),
    ).toEqual([one, two].toSorted())
    expect((await tagsIn(aws, repositoryName)).map(({ tag }) => tag)).toEqual(
      immutable ? ['v1', 'v2'] : ['v2'],
    )
  })
})
