import type { Aws } from '../../aws/aws.ts'
import type { KindContext } from '../../resources/kind.ts'

/** ACM in the region where a certificate is: the stack's own, or the one that CloudFront takes certificates from. */
export function acmIn(region: string | undefined, context: KindContext): Aws['acm'] {
  return region === undefined || region === context.region ? context.aws.acm : context.aws.acmUsEast1
}

export function regionOf(arn: string): string {
  return arn.split(':')[3] ?? ''
}
