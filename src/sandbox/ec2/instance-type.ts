import type { SandboxService } from '../service.ts'

/** vCPUs by size, as the EC2 User Guide lists them for the general, compute and memory families. */
const bySize: Readonly<Record<string, number>> = {
  medium: 1,
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
}

/** The small sizes of the burstable families have no fewer than two, save for the first generation. */
function vcpusOf(type: string): number | undefined {
  const [family = '', size = ''] = type.split('.')
  if (family === 't2') return /^(nano|micro|small)$/.test(size) ? 1 : size === 'medium' ? 2 : bySize[size]
  if (/^t[34]/.test(family) && /^(nano|micro|small|medium)$/.test(size)) return 2
  return bySize[size]
}

export const instanceTypeOperations = {
  describeInstanceTypes: ({ Filters = [] }) => {
    const wanted = Filters.find(({ Name }) => Name === 'instance-type')?.Values ?? []
    return {
      InstanceTypes: wanted.flatMap(InstanceType => {
        const DefaultVCpus = vcpusOf(InstanceType)
        return DefaultVCpus === undefined
          ? []
          : [{ InstanceType: InstanceType as 't3.micro', VCpuInfo: { DefaultVCpus } }]
      }),
    }
  },
} satisfies Partial<SandboxService<'ec2'>>
