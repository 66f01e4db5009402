import type { SandboxService } from '../service.ts'
import type { World } from '../world.ts'
import { rowOf } from './rows.ts'

interface ListenerCertificateRow {
  readonly listenerArn: string
  readonly certificateArn: string
}

/** Those beside the default one, by listener and certificate. No kind adds any: they come from others. */
export const listenerCertificates = (world: World) =>
  world.table<ListenerCertificateRow>('elbv2/listener-certificate')

export const listenerCertificateOperations = {
  describeListenerCertificates: ({ ListenerArn }, world) => {
    const { arn, certificateArn } = rowOf(world, 'listener', ListenerArn)
    const added = listenerCertificates(world)
      .list()
      .filter(({ listenerArn }) => listenerArn === arn)
    return {
      Certificates: [
        ...(certificateArn ? [{ CertificateArn: certificateArn, IsDefault: true }] : []),
        ...added.map(row => ({ CertificateArn: row.certificateArn, IsDefault: false })),
      ],
    }
  },
} satisfies Partial<SandboxService<'elbv2'>>

/** They go with their listener. */
export function dropCertificatesOf(world: World, arn: string): void {
  for (const { listenerArn, certificateArn } of listenerCertificates(world).list())
    if (listenerArn === arn) listenerCertificates(world).delete(`${arn} ${certificateArn}`)
}
