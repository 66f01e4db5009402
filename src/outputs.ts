import type { Resource } from './resources/resource.ts'

/** The outputs of a stack: what its users need to know, by name. */
export function outputsOf(
  desired: readonly Resource[],
  attributesAt: (address: string) => Readonly<Record<string, unknown>> | undefined,
): Record<string, string> {
  const shown: Record<string, readonly [string, string][]> = {
    'elbv2/existing-load-balancer': [['dnsName', 'url']],
    'elbv2/load-balancer': [['dnsName', 'url']],
    'rds/instance': [
      ['host', 'host'],
      ['secretArn', 'secretArn'],
    ],
    'ec2/instance': [
      ['instanceId', 'instanceId'],
      ['publicIp', 'publicIp'],
    ],
    'elasticache/replication-group': [['host', 'host']],
    'efs/file-system': [['fileSystemId', 'id']],
    's3/bucket': [['bucket', 'bucket']],
    'cloudfront/distribution': [['domainName', 'cdn']],
    'secretsmanager/secret': [['arn', 'arn']],
    'ecr/repository': [['uri', 'uri']],
    'opensearch/domain': [['endpoint', 'endpoint']],
    'sns/topic': [['arn', 'arn']],
    'route53/hosted-zone': [['nameServers', 'nameServers']],
  }
  const secured = desired.some(
    ({ type, props }) =>
      (type === 'elbv2/listener' && props['protocol'] === 'HTTPS') ||
      (type === 'elbv2/existing-listener' && props['port'] === 443),
  )
  const domain = desired.find(({ address }) => address === 'domain/a')?.name
  const url = (dnsName: string) => `${secured ? 'https' : 'http'}://${domain ?? dnsName}`
  // Where a new version answers before it has any production traffic, if a port is asked for.
  const testUrl = ({ protocol, port }: Resource['props']) => {
    const host = (protocol === 'HTTPS' ? domain : undefined) ?? attributesAt('load-balancer/alb')?.['dnsName']
    return `${String(protocol).toLowerCase()}://${String(host)}:${String(port)}`
  }
  return Object.fromEntries(
    desired.flatMap(({ address, type, props }) => {
      const attributes = attributesAt(address)
      if (type === 'elbv2/listener' && address.startsWith('load-balancer/test-') && attributes)
        return [['test.url', testUrl(props)]]
      if (type === 'sns/subscription' && attributes?.['status'] === 'pending confirmation')
        return [[String(attributes['endpoint']), 'pending confirmation: open the mail from AWS']]
      return (shown[type] ?? []).flatMap(([attribute, output]) => {
        const given = attributes?.[attribute]
        const value = Array.isArray(given) ? given.join(' ') : given
        if (typeof value !== 'string') return []
        const name = output === 'url' ? 'url' : `${address.split('/').at(-1)}.${output}`
        return [[name, output === 'url' ? url(value) : value]]
      })
    }),
  )
}
