import { secrets } from '../secretsmanager.ts'
import type { Call, ServiceAccess } from './service-access.ts'
import { itself, named, passing, text, texts } from './service-access.ts'

const withoutRegion =
  (service: string, type: string) =>
  (value: string, { world }: Call) =>
    world.arn(service, `${type}${value}`, { region: '' })
const role = withoutRegion('iam', 'role/')
const profile = withoutRegion('iam', 'instance-profile/')
const dashboard = withoutRegion('cloudwatch', 'dashboard/')
const alarm = named('cloudwatch', 'alarm:')
const bucket = (name: string) => `arn:aws:s3:::${name}`
const logGroup = (name: string, { world }: Call) => world.arn('logs', `log-group:${name}:*`)
const parameter = (name: string, { world }: Call) => world.arn('ssm', `parameter/${name.replace(/^\//, '')}`)
const newBucket = ({ input }: Call) => [bucket(text(input, 'Bucket'))]

/** A secret is named by its name or its ARN; AWS adds six characters of its own to the name. */
function secret(value: string, { world }: Call): string {
  if (value.startsWith('arn:')) return value
  const known = secrets(world).list()
  return (
    known.find(({ name }) => name === value)?.arn ?? world.arn('secretsmanager', `secret:${value}-AAAAAA`)
  )
}

export const iam: ServiceAccess = {
  values: ({ input }) => {
    const name = text(input, 'AWSServiceName')
    return name === '' ? {} : { 'iam:AWSServiceName': name }
  },
  members: {
    RoleName: role,
    InstanceProfileName: profile,
    PolicySourceArn: itself,
  },
  at: {
    AddRoleToInstanceProfile: call => [profile(text(call.input, 'InstanceProfileName'), call)],
    RemoveRoleFromInstanceProfile: call => [profile(text(call.input, 'InstanceProfileName'), call)],
    CreateServiceLinkedRole: ({ input, world }) => [
      world.arn('iam', `role/aws-service-role/${text(input, 'AWSServiceName')}/new`, { region: '' }),
    ],
  },
  created: {
    CreateRole: call => [role(text(call.input, 'RoleName'), call)],
    CreateInstanceProfile: call => [profile(text(call.input, 'InstanceProfileName'), call)],
  },
  tagging: { CreateRole: 'iam:TagRole', CreateInstanceProfile: 'iam:TagInstanceProfile' },
  besides: {
    AddRoleToInstanceProfile: call => passing(role(text(call.input, 'RoleName'), call), 'ec2.amazonaws.com'),
  },
}

export const logs: ServiceAccess = {
  members: {
    logGroupName: logGroup,
    logGroupIdentifier: (value, call) => (value.startsWith('arn:') ? value : logGroup(value, call)),
    resourceArn: itself,
  },
  at: {
    GetLogEvents: ({ input, world }) => [
      world.arn(
        'logs',
        `log-group:${text(input, 'logGroupName')}:log-stream:${text(input, 'logStreamName')}`,
      ),
    ],
  },
  created: { CreateLogGroup: call => [logGroup(text(call.input, 'logGroupName'), call)] },
  tagging: 'logs:TagResource',
}

export const cloudwatch: ServiceAccess = {
  members: {
    AlarmName: alarm,
    AlarmNames: alarm,
    DashboardName: dashboard,
    DashboardNames: dashboard,
    ResourceARN: itself,
  },
  created: {
    PutMetricAlarm: call => [alarm(text(call.input, 'AlarmName'), call)],
    PutCompositeAlarm: call => [alarm(text(call.input, 'AlarmName'), call)],
    PutDashboard: call => [dashboard(text(call.input, 'DashboardName'), call)],
  },
  tagging: 'cloudwatch:TagResource',
}

export const s3: ServiceAccess = {
  members: { Bucket: bucket },
  at: { DeleteObjects: ({ input }) => [`${bucket(text(input, 'Bucket'))}/key`] },
  created: { CreateBucket: newBucket },
}

export const secretsmanager: ServiceAccess = {
  members: { SecretId: secret },
  created: {
    CreateSecret: ({ input, world }) => [world.arn('secretsmanager', `secret:${text(input, 'Name')}-AAAAAA`)],
  },
  tagging: 'secretsmanager:TagResource',
}

export const ssm: ServiceAccess = {
  members: { Name: parameter, Names: parameter, ResourceId: parameter },
  at: {
    // AWS publishes these in no account.
    GetParameter: call => texts(call.input, 'Name').map(name => published(name, call)),
    GetParameters: call => texts(call.input, 'Names').map(name => published(name, call)),
  },
  created: { PutParameter: call => [parameter(text(call.input, 'Name'), call)] },
  tagging: 'ssm:AddTagsToResource',
}

function published(name: string, call: Call): string {
  return name.startsWith('/aws/service/')
    ? `arn:aws:ssm:${call.world.region}::parameter${name}`
    : parameter(name, call)
}

export const sns: ServiceAccess = {
  members: { TopicArn: itself, ResourceArn: itself },
  at: { Unsubscribe: () => ['*'] },
  created: { CreateTopic: ({ input, world }) => [world.arn('sns', text(input, 'Name'))] },
  tagging: 'sns:TagResource',
}
