import type { Item } from '../plan/inventory.ts'
import type { Section, Subject } from './paper.ts'

const consoles: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
}

/** The page of a resource below the console of its region, by type. */
const pages: Readonly<Record<string, (item: Item) => string>> = {
  'ec2/vpc': ({ attributes }) => page('vpcconsole', `VpcDetails:VpcId=${id(attributes['vpcId'])}`),
  'elbv2/load-balancer': ({ attributes }) =>
    page('ec2', `LoadBalancer:loadBalancerArn=${id(attributes['arn'])}`),
  'ecs/cluster': ({ name }) => `ecs/v2/clusters/${id(name)}/services`,
  'rds/instance': ({ name }) => page('rds', `database:id=${id(name)}`),
  'elasticache/replication-group': ({ name }) => page('elasticache', `/redis/${id(name)}`),
  'efs/file-system': ({ attributes }) => page('efs', `/file-systems/${id(attributes['fileSystemId'])}`),
  'ecr/repository': ({ name }) => `ecr/repositories/private/{account}/${id(name)}`,
  's3/bucket': ({ name }) => `s3/buckets/${id(name)}`,
  'ec2/instance': ({ attributes }) =>
    page('ec2', `InstanceDetails:instanceId=${id(attributes['instanceId'])}`),
  'logs/log-group': ({ name }) => page('cloudwatch', `logsV2:log-groups/log-group/${id(id(name))}`),
  'cloudwatch/dashboard': ({ name }) => page('cloudwatch', `dashboards/dashboard/${id(name)}`),
  'opensearch/domain': ({ name }) => `aos/home?region={region}#opensearch/domains/${id(name)}`,
}

export function links({ inventory, region, account, partition }: Subject): Section {
  const home = `https://${region}.${consoles[partition] ?? consoles['aws']!}/`
  const to = (path: string) =>
    `${home}${path}`.replaceAll('{region}', region).replaceAll('{account}', account)
  const shown = inventory.items.flatMap(item => {
    const path = item.stands ? pages[item.type]?.(item) : undefined
    return path === undefined ? [] : [{ text: `${item.label} ${item.name}`, href: to(path) }]
  })
  return {
    id: 'links',
    title: 'AWS console',
    blocks: [
      {
        kind: 'list',
        ordered: false,
        entries: [
          { text: 'Console of the region', href: to('console/home?region={region}') },
          ...shown,
          { text: 'Alarms', href: to(page('cloudwatch', 'alarmsV2:')) },
          { text: 'Billing', href: `https://${consoles[partition] ?? consoles['aws']!}/billing/home` },
        ],
      },
    ],
  }
}

function page(service: string, fragment: string): string {
  return `${service}/home?region={region}#${fragment}`
}

function id(text: unknown): string {
  return encodeURIComponent(String(text))
}
