import type {
  DomainStatus,
  OpenSearchPartitionInstanceType,
  UpdateDomainConfigRequest,
  VolumeType,
} from '@aws-sdk/client-opensearch'
import { canonical, sorted } from '../../resources/json.ts'
import type { PolicyDocument } from '../iam/policy-document.ts'
import { canonicalPolicy } from '../iam/policy-document.ts'

export interface DomainProps {
  /** 3 to 28 lower-case letters, digits and hyphens. */
  readonly domainName: string
  /** `OpenSearch_2.19`. Default: the newest. */
  readonly engineVersion?: string | undefined
  readonly instanceType: string
  readonly instanceCount: number
  /** GiB for each node. */
  readonly volumeSize: number
  readonly volumeType: 'gp2' | 'gp3'
  /** One in each zone that has nodes: their number is the number of zones. */
  readonly subnetIds: readonly string[]
  readonly securityGroupIds: readonly string[]
  readonly accessPolicy: PolicyDocument
  readonly encryptionAtRest: boolean
  readonly nodeToNodeEncryption: boolean
}

/** The settings that can change, all of them or those that hold one of the changed props. */
export function configurationOf(
  props: DomainProps,
  changed?: readonly (keyof DomainProps & string)[],
): Omit<UpdateDomainConfigRequest, 'DomainName'> {
  const has = (...names: readonly (keyof DomainProps & string)[]) =>
    !changed || names.some(name => changed.includes(name))
  const zones = props.subnetIds.length
  return {
    ...(has('instanceType', 'instanceCount', 'subnetIds') && {
      ClusterConfig: {
        InstanceType: props.instanceType as OpenSearchPartitionInstanceType,
        InstanceCount: props.instanceCount,
        ZoneAwarenessEnabled: zones > 1,
        ...(zones > 1 && { ZoneAwarenessConfig: { AvailabilityZoneCount: zones } }),
      },
    }),
    ...(has('volumeSize', 'volumeType') && {
      EBSOptions: {
        EBSEnabled: true,
        VolumeSize: props.volumeSize,
        VolumeType: props.volumeType as VolumeType,
      },
    }),
    ...(has('subnetIds', 'securityGroupIds') && {
      VPCOptions: { SubnetIds: [...props.subnetIds], SecurityGroupIds: [...props.securityGroupIds] },
    }),
    ...(has('encryptionAtRest') && { EncryptionAtRestOptions: { Enabled: props.encryptionAtRest } }),
    ...(has('nodeToNodeEncryption') && {
      NodeToNodeEncryptionOptions: { Enabled: props.nodeToNodeEncryption },
    }),
    ...(has('accessPolicy') && { AccessPolicies: canonical(props.accessPolicy) }),
  }
}

export function propsOf(one: DomainStatus): DomainProps {
  return {
    domainName: one.DomainName!,
    engineVersion: one.EngineVersion ?? '',
    instanceType: one.ClusterConfig?.InstanceType ?? '',
    instanceCount: one.ClusterConfig?.InstanceCount ?? 0,
    volumeSize: one.EBSOptions?.VolumeSize ?? 0,
    volumeType: (one.EBSOptions?.VolumeType ?? 'gp2') as DomainProps['volumeType'],
    subnetIds: sorted(one.VPCOptions?.SubnetIds ?? []),
    securityGroupIds: sorted(one.VPCOptions?.SecurityGroupIds ?? []),
    accessPolicy: canonicalPolicy(JSON.parse(one.AccessPolicies || '{}') as PolicyDocument),
    encryptionAtRest: one.EncryptionAtRestOptions?.Enabled ?? false,
    nodeToNodeEncryption: one.NodeToNodeEncryptionOptions?.Enabled ?? false,
  }
}
