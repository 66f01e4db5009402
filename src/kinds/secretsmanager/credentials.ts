import type { KindContext } from '../../resources/kind.ts'

/** `{"username": …, "password": …}`, as RDS keeps its own: a password that every database engine takes. */
export async function credentials(username: string, { aws }: KindContext): Promise<string> {
  const { RandomPassword: password } = await aws.secretsmanager.getRandomPassword({
    PasswordLength: 32,
    // None of those that RDS refuses, and none that a connection URL would have to escape.
    ExcludePunctuation: true,
  })
  return JSON.stringify({ username, password })
}

/** The password out of such a secret. For the one call that hands it to AWS: it is never recorded or shown. */
export async function passwordIn(secretArn: string, { aws }: KindContext): Promise<string> {
  const { SecretString = '{}' } = await aws.secretsmanager.getSecretValue({ SecretId: secretArn })
  return (JSON.parse(SecretString) as { readonly password: string }).password
}
