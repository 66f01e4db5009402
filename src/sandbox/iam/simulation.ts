import type { SandboxService } from '../service.ts'

/** The embedded AWS has one user, who may do everything. */
export const simulationOperations = {
  simulatePrincipalPolicy: ({ ActionNames = [], ResourceArns: [EvalResourceName] = ['*'] }) => ({
    EvaluationResults: ActionNames.map(EvalActionName => ({
      EvalActionName,
      EvalResourceName,
      EvalDecision: 'allowed' as const,
      MissingContextValues: [],
    })),
    IsTruncated: false,
  }),
} satisfies Partial<SandboxService<'iam'>>
