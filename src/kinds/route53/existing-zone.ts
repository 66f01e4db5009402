import { orAbsent } from '../../aws/errors.ts'
import type { Kind } from '../../resources/kind.ts'
import { existing } from '../existing.ts'
import { bareName } from './records.ts'

export interface ExistingZoneProps {
  readonly zoneId: string
  /** The name whose records are written to it. Of another zone, `read` gives the name of the zone instead. */
  readonly name: string
  /** The name has to be below that of the zone: the zone is to delegate it. */
  readonly below?: boolean | undefined
}

export interface ExistingZoneAttributes {
  readonly zoneId: string
}

/** A public hosted zone that somebody else owns: only records of this stack are written to it. */
export const existingZone: Kind<ExistingZoneProps, ExistingZoneAttributes> = {
  ...existing('aws route53 list-hosted-zones'),
  type: 'route53/existing-zone',
  label: 'existing hosted zone',
  withdrawn: { below: { moot: 'it says what the zone is for, and is nothing in AWS' } },
  findBy: ['zoneId'],

  refuses: (before, after) => ({
    why: `${before.zoneId} is ${before.name}, and ${after.name} cannot be ${after.below ? 'delegated from' : 'in'} it`,
    instead: after.below
      ? `write the id of the public hosted zone above ${after.name}: aws route53 list-hosted-zones-by-name --dns-name ${after.name.split('.').slice(1).join('.')}`
      : `write the id of the public hosted zone of ${after.name}, or of one above it: aws route53 list-hosted-zones-by-name --dns-name ${after.name}`,
  }),

  read: (requests, { aws }) =>
    Promise.all(
      requests.map(async ({ props, attributes }) => {
        const zoneId = props.zoneId ?? attributes?.zoneId ?? ''
        const found = (await orAbsent(aws.route53.getHostedZone({ Id: zoneId })))?.HostedZone
        if (!found) return undefined
        const zone = bareName(found.Name ?? '')
        const isPrivate = found.Config?.PrivateZone === true
        const { name = zone, below } = props
        const fits = name.endsWith(`.${zone}`) || (name === zone && !below)
        return {
          attributes: { zoneId },
          props: {
            zoneId,
            below,
            name: fits && !isPrivate ? name : `${isPrivate ? 'a private' : 'the'} hosted zone of ${zone}`,
          },
          tags: undefined,
        }
      }),
    ),
}
