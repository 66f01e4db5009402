// The EFS operations that kinds call. Named one by one, so that the bundle leaves out the rest.
export {
  EFSClient as Client,
  CreateFileSystemCommand,
  DescribeFileSystemsCommand,
  UpdateFileSystemCommand,
  DeleteFileSystemCommand,
  CreateMountTargetCommand,
  DescribeMountTargetsCommand,
  DescribeMountTargetSecurityGroupsCommand,
  ModifyMountTargetSecurityGroupsCommand,
  DeleteMountTargetCommand,
  CreateAccessPointCommand,
  DescribeAccessPointsCommand,
  DeleteAccessPointCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-efs'
