import { defaultTlsPolicy } from '../config/front-door.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import type { ListenerAction } from '../kinds/elbv2/action.ts'
import type { Input } from '../resources/reference.ts'
import type { Declare, Handle } from './declare.ts'
import type { Domain } from './domain.ts'

export type Listener = Handle<'elbv2/listener'>

/** What a listener answers to requests that no rule takes. */
export const notFound = {
  fixedResponse: { statusCode: '404', contentType: 'text/plain', messageBody: 'Not found' },
}

/** The listeners that send traffic on, the one that people should use first. */
export function listeners(
  declare: Declare,
  config: StackConfig,
  loadBalancer: Handle<'elbv2/load-balancer'>,
  domain: Domain | undefined,
  serve: Input<ListenerAction>,
): readonly [Listener, ...Listener[]] {
  const { redirect } = config.loadBalancer
  const loadBalancerArn = loadBalancer.out.arn
  const origin = 'loadBalancer'
  const tls = tlsOf(config, domain)
  const http = (defaultAction: Input<ListenerAction>) =>
    declare(
      'load-balancer/http',
      'elbv2/listener',
      { loadBalancerArn, port: 80, protocol: 'HTTP', defaultAction },
      { origin },
    )
  if (!tls) return [http(serve)]
  const plain = http(
    redirect ? { redirect: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' } } : serve,
  )
  const secure = declare(
    'load-balancer/https',
    'elbv2/listener',
    { loadBalancerArn, port: 443, ...tls, defaultAction: serve },
    { origin },
  )
  return redirect ? [secure] : [secure, plain]
}

export type TestListener = (port: number) => Listener

/** Listeners for test traffic, each made when the first service asks for its port; with the certificate, if there is one. */
export function testListeners(
  declare: Declare,
  config: StackConfig,
  loadBalancer: Handle<'elbv2/load-balancer'>,
  domain: Domain | undefined,
): TestListener {
  const known = new Map<number, Listener>()
  return port => {
    const listener =
      known.get(port) ??
      declare(
        `load-balancer/test-${port}`,
        'elbv2/listener',
        {
          loadBalancerArn: loadBalancer.out.arn,
          port,
          ...(tlsOf(config, domain) ?? { protocol: 'HTTP' as const }),
          defaultAction: notFound,
        },
        { origin: 'loadBalancer' },
      )
    known.set(port, listener)
    return listener
  }
}

/** Undefined where there is no certificate. */
function tlsOf({ existing, loadBalancer }: StackConfig, domain: Domain | undefined) {
  const certificateArn = existing.certificate ?? domain?.certificateArn
  const { tlsPolicy = defaultTlsPolicy } = loadBalancer
  return certificateArn === undefined
    ? undefined
    : { protocol: 'HTTPS' as const, certificateArn, sslPolicy: tlsPolicy }
}
