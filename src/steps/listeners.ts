import { defaultTlsPolicy } from '../config/front-door.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import type { ListenerAction } from '../kinds/elbv2/action.ts'
import type { Input } from '../resources/reference.ts'
import type { Declare, Handle } from './declare.ts'
import type { Domain } from './domain.ts'

export type Listener = Handle<'elbv2/listener'>

/** The listeners that send traffic on, the one that people should use first. */
export function listeners(
  declare: Declare,
  { existing, loadBalancer: { redirect, tlsPolicy = defaultTlsPolicy } }: StackConfig,
  loadBalancer: Handle<'elbv2/load-balancer'>,
  domain: Domain | undefined,
  serve: Input<ListenerAction>,
): readonly [Listener, ...Listener[]] {
  const loadBalancerArn = loadBalancer.out.arn
  const origin = 'loadBalancer'
  const certificateArn = existing.certificate ?? domain?.certificateArn
  const http = (defaultAction: Input<ListenerAction>) =>
    declare(
      'load-balancer/http',
      'elbv2/listener',
      { loadBalancerArn, port: 80, protocol: 'HTTP', defaultAction },
      { origin },
    )
  if (certificateArn === undefined) return [http(serve)]
  const plain = http(
    redirect ? { redirect: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' } } : serve,
  )
  const secure = declare(
    'load-balancer/https',
    'elbv2/listener',
    {
      loadBalancerArn,
      port: 443,
      protocol: 'HTTPS',
      certificateArn,
      sslPolicy: tlsPolicy,
      defaultAction: serve,
    },
    { origin },
  )
  return redirect ? [secure] : [secure, plain]
}
