import { covers } from '../../resources/host-names.ts'
import { orAbsent } from '../../aws/errors.ts'
import type { Kind } from '../../resources/kind.ts'
import { existing } from '../existing.ts'
import { acmIn, regionOf } from './regional.ts'

export interface ExistingCertificateProps {
  readonly arn: string
  /** The names that browsers ask for. */
  readonly hosts: readonly string[]
  /** Listeners and distributions take no other. */
  readonly status: 'ISSUED'
}

export interface ExistingCertificateAttributes {
  readonly arn: string
}

/** A certificate that somebody else owns. */
export const existingCertificate: Kind<ExistingCertificateProps, ExistingCertificateAttributes> = {
  ...existing('aws acm list-certificates --certificate-statuses ISSUED'),
  type: 'acm/existing-certificate',
  label: 'existing certificate',
  findBy: ['arn'],

  refuses: ({ arn, status }) => ({
    why: `${arn} is ${status}, and load balancers take only one that is ISSUED`,
    instead:
      'have it issued first, write the ARN of another one under existing.certificate, or remove that: with a domain the stack makes one',
  }),

  read: (requests, context) =>
    Promise.all(
      requests.map(async ({ props, attributes }) => {
        const arn = props.arn ?? attributes?.arn ?? ''
        const acm = acmIn(regionOf(arn), context)
        const found = (await orAbsent(acm.describeCertificate({ CertificateArn: arn })))?.Certificate
        if (!found) return undefined
        const names = [...new Set([found.DomainName ?? '', ...(found.SubjectAlternativeNames ?? [])])]
        const { hosts = [] } = props
        const bare = hosts.filter(host => !covers(names, host))
        // One that is used already serves on when it has expired; what else is planned does not wait for it.
        const used = attributes?.arn === arn && found.Status !== 'PENDING_VALIDATION'
        const status = used ? 'ISSUED' : (found.Status as 'ISSUED')
        return {
          attributes: { arn },
          props: { arn, hosts, status },
          tags: undefined,
          ...(bare.length > 0 && {
            warnings: [
              `it is for ${names.join(', ')}, and not for ${bare.join(', ')}: browsers refuse the connection`,
            ],
          }),
        }
      }),
    ),
}
