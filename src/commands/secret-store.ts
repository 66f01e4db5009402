import type { Aws } from '../aws/aws.ts'
import type { StackConfig } from '../config/schema/stack.ts'
import type { Random } from '../effects/random.ts'
import { secret } from '../kinds/secretsmanager/secret.ts'
import { putSecretValue, secretState } from '../kinds/secretsmanager/value.ts'
import { putSecureString, secureString, secureStringState } from '../kinds/ssm/secure-string.ts'
import type { KindContext, Tags } from '../resources/kind.ts'

/** What AWS shows of a secret, its value aside. */
interface State {
  readonly tags: Tags
  readonly hasValue: boolean
  /** Milliseconds since the epoch. */
  readonly changed: number | undefined
}

/** Where AWS keeps the secrets of a config, as `secret set` and `secret list` need it. */
export interface SecretStore {
  readonly label: string
  /** It takes no longer values. Bytes. */
  readonly longest: number
  state(aws: Aws, name: string): Promise<State | undefined>
  /** Makes it, without a value. */
  create(what: NewSecret, context: KindContext): Promise<unknown>
  put(aws: Aws, what: { readonly name: string; readonly value: string }): Promise<void>
}

interface NewSecret {
  readonly address: string
  readonly name: string
  readonly description: string | undefined
  readonly tags: Tags
}

export function storeOf({ secrets }: StackConfig, name: string, random: Random): SecretStore {
  return secrets[name]!.store === 'parameter-store' ? parameterStore(random) : secretsManager(random)
}

function secretsManager(random: Random): SecretStore {
  return {
    label: 'Secrets Manager',
    longest: 65_536,
    state: secretState,
    create: ({ address, name, description, tags }, context) =>
      secret.create({ address, props: { name, description }, tags, token: random.uuid() }, context),
    put: (aws, { name, value }) => putSecretValue(aws, name, { value, token: random.uuid() }),
  }
}

function parameterStore(random: Random): SecretStore {
  return {
    label: 'Parameter Store',
    longest: 4096,
    state: secureStringState,
    create: ({ address, name, tags }, context) =>
      secureString.create({ address, props: { name }, tags, token: random.uuid() }, context),
    put: (aws, { name, value }) => putSecureString(aws, name, value),
  }
}
