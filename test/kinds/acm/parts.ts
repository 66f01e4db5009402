import { certificate } from '../../../src/kinds/acm/certificate.ts'
import type { CertificateAttributes } from '../../../src/kinds/acm/certificate.ts'
import { tagsFor } from '../../support/context.ts'
import type { SandboxContext } from '../../support/context.ts'
import { settle } from '../../support/kind-life.ts'

export async function makeZone({ aws }: SandboxContext): Promise<string> {
  const { HostedZone } = await aws.route53.createHostedZone({ Name: 'example.com', CallerReference: 'x' })
  return HostedZone!.Id!.split('/').at(-1)!
}

export async function makeCertificate(
  context: SandboxContext,
  address = 'domain/certificate',
): Promise<CertificateAttributes> {
  const made = await certificate.create(
    {
      address,
      props: { domainName: 'example.com', alternativeNames: ['*.example.com'] },
      tags: tagsFor(address),
      token: Buffer.from(address).toString('hex').slice(0, 32),
    },
    context,
  )
  return (await settle(certificate, made, context)) as CertificateAttributes
}
