import { ProvisionError } from '../errors.ts'
import type { ServiceConfig } from '../config/schema/stack.ts'
import { resolveImage } from '../rollout/image.ts'
import { repositoryNameOf } from '../steps/names.ts'
import type { Check, Examination, Finding } from './finding.ts'
import { fail, ok, warn } from './finding.ts'

/** The images of the services are there, for the CPU architecture that the service asks for. */
export const images: Check = async ({ config, context }) => {
  const found = await Promise.all(
    Object.entries(config.services).map(([name, service]) =>
      imageFinding(name, service, { config, context }),
    ),
  )
  const unknown = found.flatMap(one => (typeof one === 'string' ? [one] : []))
  const findings = found.flatMap(one => (typeof one === 'string' ? [] : [one]))
  if (unknown.length === 0) return findings
  return [
    ...findings,
    ok(
      'images',
      `not in this region's ECR, so seen only when a task starts: ${[...new Set(unknown)].join(', ')}`,
    ),
  ]
}

/** The reference itself where nobody here can be asked. */
async function imageFinding(
  name: string,
  service: ServiceConfig,
  { config, context }: Pick<Examination, 'config' | 'context'>,
): Promise<Finding | string> {
  const { account, region, partition, aws } = context
  const { repository, tag, image = '', architecture } = service
  const host = `${account}.dkr.ecr.${region}.${partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'}`
  const reference =
    repository === undefined ? image : `${host}/${repositoryNameOf(config, repository)}:${tag}`
  try {
    const { digest, architectures } = await resolveImage(reference, { aws, region })
    if (digest === undefined) return reference
    const wanted = architecture === 'arm64' ? 'arm64' : 'amd64'
    if (architectures.length > 0 && !architectures.includes(wanted))
      return fail(
        'images',
        `${name}: ${reference} is built for ${architectures.join(', ')}, and the service runs on ${architecture}`,
        `build it with --platform linux/${wanted}, or set services.${name}.architecture`,
      )
    const built = architectures.length > 0 ? `, built for ${architectures.join(', ')}` : ''
    return ok('images', `${name}: ${reference} is there${built}`)
  } catch (error) {
    if (!(error instanceof ProvisionError)) throw error
    // With a repository of its own a service is made at zero tasks, and waits.
    return repository === undefined
      ? fail('images', `${name}: ${error.message}`, error.hint)
      : warn(
          'images',
          `${name} waits for a push: ${error.message}`,
          `up makes it at desired count 0; then push an image and start it: provision rollout ${name} --tag TAG`,
        )
  }
}
