import type { SandboxService } from '../service.ts'

const hours = 60 * 60 * 1000

export const tokenOperations = {
  getAuthorizationToken: (_input, world) => ({
    authorizationData: [
      {
        authorizationToken: Buffer.from(`AWS:${world.id('', 40)}`).toString('base64'),
        expiresAt: new Date(world.now() + 12 * hours),
        proxyEndpoint: `https://${world.account}.dkr.ecr.${world.region}.amazonaws.com`,
      },
    ],
  }),
} satisfies Partial<SandboxService<'ecr'>>
