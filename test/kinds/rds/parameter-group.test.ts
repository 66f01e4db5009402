import { DescribeDBParametersCommand, ModifyDBParameterGroupCommand, RDSClient } from '@aws-sdk/client-rds'
import { describe, expect, it } from 'vitest'
import { parameterGroup as cacheParameterGroup } from '../../../src/kinds/elasticache/parameter-group.ts'
import { parameterGroup } from '../../../src/kinds/rds/parameter-group.ts'
import { mockedContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'

const address = 'data/database.parameters'
const props = {
  name: 'shop-test-postgres16',
  family: 'postgres16',
  description: 'shop',
  parameters: { 'rds.force_ssl': '1' },
}
const attributes = { name: props.name, arn: `arn:aws:rds:us-east-1:123456789012:pg:${props.name}` }

describeKindLife({
  kind: parameterGroup,
  props: async () => props,
  changes: [{ parameters: { 'rds.force_ssl': '0', max_connections: '200' } }, { parameters: {} }],
})

describeKindLife({
  kind: cacheParameterGroup,
  props: async () => ({ ...props, family: 'redis7', parameters: { 'maxmemory-policy': 'allkeys-lru' } }),
  changes: [{ parameters: { 'maxmemory-policy': 'volatile-lru', timeout: '300' } }, { parameters: {} }],
})

describe('rds/parameter-group', () => {
  it('writes no more than twenty parameters in one call, and those of a new group for its first start', async () => {
    const rds = stubbed(RDSClient)
    rds.on(ModifyDBParameterGroupCommand).resolves({})
    const parameters = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`p${index}`, '1']))
    const request = { address, props: { ...props, parameters }, tags: tagsFor(address), token: '0' }
    await parameterGroup.finish!(request, attributes, mockedContext())
    const sent = rds.commandCalls(ModifyDBParameterGroupCommand).map(call => call.args[0].input.Parameters!)
    expect(sent.map(list => list.length)).toEqual([20, 1])
    expect(new Set(sent.flat().map(({ ApplyMethod }) => ApplyMethod))).toEqual(new Set(['pending-reboot']))
  })

  it('applies dynamic parameters at once and leaves static ones to the next reboot', async () => {
    const rds = stubbed(RDSClient)
    rds.on(DescribeDBParametersCommand).resolves({
      Parameters: [
        { ParameterName: 'work_mem', ApplyType: 'dynamic' },
        { ParameterName: 'max_connections', ApplyType: 'static' },
      ],
    })
    rds.on(ModifyDBParameterGroupCommand).resolves({})
    const wished = { ...props, parameters: { ...props.parameters, work_mem: '1', max_connections: '2' } }
    await parameterGroup.update!(
      { address, attributes, observed: props, props: wished, changed: ['parameters'] },
      mockedContext(),
    )
    expect(rds.commandCalls(ModifyDBParameterGroupCommand)[0]!.args[0].input.Parameters).toEqual([
      { ParameterName: 'work_mem', ParameterValue: '1', ApplyMethod: 'immediate' },
      { ParameterName: 'max_connections', ParameterValue: '2', ApplyMethod: 'pending-reboot' },
    ])
  })
})
