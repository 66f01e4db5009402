import { createHash } from 'node:crypto'
import { awsFault } from './fault.ts'
import type { SandboxService } from './service.ts'

const twoWeeks = 14 * 86_400_000

export const ssm: SandboxService<'ssm'> = {
  /** AWS's public parameters hold the newest AMI; a new one comes about every two weeks. */
  getParameter: ({ Name = '' }, world) => {
    if (!Name.startsWith('/aws/service/')) throw awsFault('ParameterNotFound', `Parameter ${Name} not found.`)
    const edition = Math.floor(world.now() / twoWeeks)
    const Value = `ami-0${createHash('sha256').update(`${Name} ${edition}`).digest('hex').slice(0, 16)}`
    return { Parameter: { Name, Type: 'String', Value, Version: edition } }
  },
}
