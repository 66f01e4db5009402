import type { Aws } from '../../aws/aws.ts'
import { ProvisionError } from '../../errors.ts'

/** An AMI to launch from. */
export interface Image {
  readonly imageId: string
  /** The device that its root volume is attached as. */
  readonly rootDeviceName: string
}

/**
 * The AMI that an id, or the name of a public parameter such as `/aws/service/ami-amazon-linux-latest/…`, stands for
 * right now. Throws when there is none.
 */
export async function resolveImage(image: string, aws: Aws): Promise<Image> {
  const imageId = image.startsWith('/') ? await valueOf(image, aws) : image
  const { Images = [] } = await aws.ec2.describeImages({ ImageIds: [imageId] })
  return { imageId, rootDeviceName: Images[0]?.RootDeviceName ?? '/dev/xvda' }
}

async function valueOf(Name: string, aws: Aws): Promise<string> {
  const { Parameter } = await aws.ssm.getParameter({ Name })
  if (Parameter?.Value?.startsWith('ami-')) return Parameter.Value
  throw new ProvisionError({
    code: 'failed',
    message: `the parameter ${Name} does not hold the id of an AMI`,
    hint: 'give `image` an id such as ami-0abc…, or the name of a public AMI parameter',
  })
}
