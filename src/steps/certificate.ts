import { certificateNames } from '../config/front-door.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import type { Input, Reference } from '../resources/reference.ts'
import { copied } from '../resources/reference.ts'
import type { Declare, Handle } from './declare.ts'

interface Place {
  /** `domain/certificate` and `domain/validation`, or with this in front of the last part. */
  readonly prefix?: string
  readonly region?: string
}

/** A certificate for the domain that is validated through its zone. Its ARN is known once it is issued. */
export function validatedCertificate(
  declare: Declare,
  domain: NonNullable<StackConfig['domain']>,
  zoneId: Input<string>,
  zone: Handle<'route53/hosted-zone'> | undefined,
  { prefix = '', region }: Place = {},
): Reference<string> {
  const [domainName = '', ...alternativeNames] = certificateNames(domain)
  const options = { name: domainName, origin: 'domain.certificate' }
  const { arn, validationRecords } = declare(
    `domain/${prefix}certificate`,
    'acm/certificate',
    { domainName, alternativeNames, region },
    options,
  ).out
  return declare(
    `domain/${prefix}validation`,
    'acm/validation',
    {
      certificateArn: arn,
      zoneId,
      records: copied(validationRecords),
      nameServers: zone && copied(zone.out.nameServers),
    },
    options,
  ).out.certificateArn
}
