import { dollars } from '../cost/text.ts'
import type { Section, Subject } from './paper.ts'

export function summary({ inventory, estimate, ...about }: Subject): Section {
  const [vpc] = inventory.ofType('ec2/vpc', 'ec2/existing-vpc')
  const services = new Set(inventory.items.map(({ type }) => type.split('/')[0]))
  const { url } = about.outputs
  const waiting = inventory.items.flatMap(({ resource }) => resource?.awaits ?? [])
  return {
    id: 'summary',
    title: 'Summary',
    blocks: [
      {
        kind: 'facts',
        rows: [
          ...(url ? [['Address', { text: url, href: url }] as const] : []),
          ['Account', about.account],
          ['Region', about.region],
          ...(vpc ? [['VPC', [vpc.name, vpc.props['cidrBlock'] ?? ''].join(' ').trim()] as const] : []),
          ['Services', Object.keys(about.config.services).join(', ') || 'none'],
          ['Resources', `${inventory.items.length}, of ${services.size} AWS services`],
          ['Cost', `about ${dollars(estimate.monthly)} a month; see below what that rests on`],
          ...(waiting.length > 0 ? [['Waits for', waiting.join(', ')] as const] : []),
          ['Ledger', about.serial === 0 ? 'none yet' : `serial ${about.serial}`],
        ],
      },
    ],
  }
}
