import { z } from 'zod'

const label = '(?!-)[a-z0-9-]{1,63}(?<!-)'

/** `example.com`. */
const domainName = z
  .string()
  .max(253)
  .regex(new RegExp(`^(?:${label}\\.)+[a-z0-9-]{2,63}$`), {
    error: 'must be a domain name in lower case such as shop.example.com',
  })

/** `example.com` or `*.example.com`. */
const certificateName = z
  .string()
  .max(253)
  .regex(new RegExp(`^(?:\\*\\.)?(?:${label}\\.)+[a-z0-9-]{2,63}$`), {
    error: 'must be a domain name such as shop.example.com or *.example.com',
  })

const record = z
  .strictObject({
    name: z
      .string()
      .regex(/^(?:@|(?:\*|[a-z0-9_-]{1,63})(?:\.[a-z0-9_-]{1,63})*)$/, {
        error: 'must be @ for the domain itself, or what stands before it, such as mail',
      })
      .describe('@ for the domain itself, or what stands before it'),
    type: z.enum(['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'SRV', 'TXT']).describe('Record type'),
    values: z.array(z.string().min(1)).min(1).describe('As Route 53 takes them: TXT values in quotes'),
    ttl: z.int().min(0).max(2_147_483_647).default(300).describe('Seconds'),
  })
  .describe('A DNS record that has nothing to do with the load balancer')

export const domain = z
  .strictObject({
    name: domainName.describe('Where the load balancer is found, e.g. shop.example.com'),
    aliases: z
      .array(
        z
          .string()
          .regex(new RegExp(`^${label}$`), { error: 'must be one label that stands before the domain' }),
      )
      .default([])
      .describe('Names below it that lead to the same place, as CNAMEs: [www]'),
    ipv6: z
      .boolean()
      .optional()
      .describe(
        'An AAAA record beside the A record. Default: where the load balancer has IPv6 (network.ipv6)',
      ),
    certificate: z
      .union([
        z.literal(false),
        z.strictObject({
          names: z
            .array(certificateName)
            .min(1)
            .max(10)
            .optional()
            .describe('Default: the domain and its wildcard'),
        }),
      ])
      .prefault({})
      .describe('TLS certificate of ACM, validated through the zone; false for plain HTTP'),
    delegateFrom: z
      .string()
      .regex(/^Z[A-Z0-9]{1,31}$/, { error: 'must be the id of a hosted zone' })
      .optional()
      .describe(
        "Id of the parent domain's hosted zone in this account: it is told the new zone's name servers",
      ),
    records: z.array(record).default([]).describe('More DNS records in the zone'),
  })
  .describe('Domain, its hosted zone in Route 53 and its certificate')
