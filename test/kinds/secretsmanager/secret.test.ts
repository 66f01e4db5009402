import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { tagList } from '../../../src/aws/tags.ts'
import { secret } from '../../../src/kinds/secretsmanager/secret.ts'
import { awsFault } from '../../../src/sandbox/fault.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { foreignTags } from '../../support/data-network.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'data/database-url'
const props = { name: 'shop/test/database-url', description: 'where the orders are' }
const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/test/database-url-a1b2c3'
const attributes = { name: props.name, arn, hasValue: false }
const tags = tagsFor(address)
const request = { address, props, tags, token: '0123456789abcdef0123456789abcdef' }

describeKindLife({ kind: secret, props: async () => props, changes: [{ description: 'the orders' }] })

describe('secretsmanager/secret', () => {
  it('is created in one call, with its tags and without a value', async () => {
    const aws = stubbed(SecretsManagerClient)
    aws.on(CreateSecretCommand).resolves({ ARN: arn, Name: props.name })
    expect(await secret.create(request, mockedContext())).toEqual(attributes)
    expect(aws.calls().map(call => call.args[0].input)).toEqual([
      {
        Name: props.name,
        ClientRequestToken: request.token,
        Description: props.description,
        Tags: tagList(tags),
      },
    ])
  })

  it('begins with credentials that RDS takes where it is a password', async () => {
    const aws = stubbed(SecretsManagerClient)
    aws.on(GetRandomPasswordCommand).resolves({ RandomPassword: 'x'.repeat(32) })
    aws.on(CreateSecretCommand).resolves({ ARN: arn, Name: props.name })
    await secret.create({ ...request, props: { ...props, passwordOf: 'shop' } }, mockedContext())
    const [{ input }] = aws.commandCalls(CreateSecretCommand).map(call => call.args[0]) as [
      CreateSecretCommand,
    ]
    expect(JSON.parse(input.SecretString!)).toEqual({ username: 'shop', password: 'x'.repeat(32) })
  })

  it('shows no change when read again, its tags in the same answer', async () => {
    const aws = stubbed(SecretsManagerClient)
    aws.on(DescribeSecretCommand).resolves({
      ARN: arn,
      Name: props.name,
      Description: props.description,
      Tags: tagList(foreignTags),
    })
    const [observed] = await secret.read([readRequest(address, props, attributes)], mockedContext())
    expect(observed).toEqual({ attributes, props: { ...props, passwordOf: undefined }, tags: foreignTags })
    expect(aws.calls()).toHaveLength(1)
  })

  it('is described anew in one request with nothing else in it', async () => {
    const aws = stubbed(SecretsManagerClient)
    aws.on(UpdateSecretCommand).resolves({})
    const wished = { ...props, description: 'new' }
    const update = { address, attributes, observed: props, props: wished, changed: ['description' as const] }
    await secret.update!(update, mockedContext())
    expect(aws.calls().map(call => call.args[0].input)).toEqual([{ SecretId: arn, Description: 'new' }])
  })

  it.each([
    [false, { RecoveryWindowInDays: 30 }],
    [true, { ForceDeleteWithoutRecovery: true }],
  ])('can be brought back for thirty days unless its data may go: %s', async (dataMayGo, expected) => {
    const aws = stubbed(SecretsManagerClient)
    aws.on(DeleteSecretCommand).resolves({})
    await secret.delete({ address, attributes, dataMayGo }, mockedContext())
    expect(aws.calls().map(call => call.args[0].input)).toEqual([{ SecretId: arn, ...expected }])
  })

  it('comes back with its value and new tags when its name is made again', async () => {
    const context = sandboxContext()
    const made = await secret.create(request, context)
    await context.aws.secretsmanager.putSecretValue({ SecretId: made.arn, SecretString: 'x' })
    await secret.delete({ address, attributes: made, dataMayGo: false }, context)
    const again = { ...request, tags: { ...tags, team: 'blue' }, props: { ...props, description: 'back' } }
    expect(await secret.create(again, context)).toEqual({ ...made, hasValue: true })
    const [observed] = await secret.read([readRequest(address, props)], context)
    expect(observed).toMatchObject({ props: { description: 'back' }, tags: { team: 'blue' } })
    const shown = await context.aws.secretsmanager.describeSecret({ SecretId: made.arn })
    expect(shown.VersionIdsToStages).toBeDefined()
  })

  it('is refused the name of another stack’s secret that is on its way out', async () => {
    const context = sandboxContext()
    const foreign = await secret.create({ ...request, tags: foreignTags }, context)
    await secret.delete({ address, attributes: foreign, dataMayGo: false }, context)
    await expect(secret.create(request, context)).rejects.toMatchObject({ code: 'refused' })
  })

  it('waits where the name was given up for good a moment ago', async () => {
    const aws = stubbed(SecretsManagerClient)
    const gone = "You can't perform this operation on the secret because it was deleted."
    aws
      .on(CreateSecretCommand)
      .rejectsOnce(awsFault('InvalidRequestException', gone))
      .resolves({ ARN: arn, Name: props.name })
    expect(await secret.create(request, mockedContext())).toEqual(attributes)
  })
})
