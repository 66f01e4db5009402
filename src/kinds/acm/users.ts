import type { Aws } from '../../aws/aws.ts'
import { orAbsent } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { Blocker } from '../../resources/blocker.ts'

/** Seconds for which ACM goes on counting what has another certificate, or has gone. */
export const slowToNotice = 1200

/** What has a certificate. ACM names the load balancer, and not the listener that a change of certificates is made at. */
export async function usersOf(certificate: string, named: readonly string[], aws: Aws): Promise<Blocker[]> {
  const users = await Promise.all(
    named.map(async arn =>
      arn.includes(':loadbalancer/')
        ? listenersOf(certificate, arn, aws)
        : [{ id: arn, what: arn, hint: `give ${arn} another certificate, or delete it` }],
    ),
  )
  return users.flat()
}

async function listenersOf(certificate: string, LoadBalancerArn: string, { elbv2 }: Aws): Promise<Blocker[]> {
  const listeners = await orAbsent(
    allPages(Marker =>
      elbv2
        .describeListeners({ LoadBalancerArn, Marker })
        .then(page => ({ rows: page.Listeners, next: page.NextMarker })),
    ),
  )
  const found = await Promise.all(
    (listeners ?? []).map(async ({ ListenerArn: id = '', Port }) => {
      const certificates = await orAbsent(
        allPages(Marker =>
          elbv2
            .describeListenerCertificates({ ListenerArn: id, Marker })
            .then(page => ({ rows: page.Certificates, next: page.NextMarker })),
        ),
      )
      const has = (certificates ?? []).some(({ CertificateArn }) => CertificateArn === certificate)
      const what = `the listener on port ${Port} of load balancer ${LoadBalancerArn.split('/').at(-2)}`
      const hint = `give the listener another certificate: aws elbv2 modify-listener --listener-arn ${id}`
      return has ? [{ id, what, containers: [LoadBalancerArn], hint }] : []
    }),
  )
  const users = found.flat()
  if (users.length > 0) return users
  const what = `load balancer ${LoadBalancerArn}, as ACM says`
  const release = { within: slowToNotice, owner: async () => undefined }
  return [{ id: LoadBalancerArn, what, release, hint: 'wait until ACM has noticed' }]
}
