/**
 * Who may take a role: one service of AWS, and only for `account` where it is named. A service acts for every account;
 * without the condition somebody else's could make it take this role.
 */
export function trusting(service: string, account?: string) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sts:AssumeRole',
        ...(account !== undefined && { Condition: { StringEquals: { 'aws:SourceAccount': account } } }),
      },
    ],
  }
}
