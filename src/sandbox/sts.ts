import type { SandboxService } from './service.ts'

export const sts: SandboxService<'sts'> = {
  getCallerIdentity: (_input, world) => ({
    Account: world.account,
    Arn: `arn:${world.partition}:iam::${world.account}:user/rehearsal`,
    UserId: 'AIDAREHEARSAL0000000',
  }),
}
