// The EC2 operations that kinds call. Named one by one, so that the bundle leaves out the other seven hundred.
export {
  EC2Client as Client,
  CreateVpcCommand,
  DescribeVpcsCommand,
  DescribeVpcAttributeCommand,
  ModifyVpcAttributeCommand,
  DeleteVpcCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeAvailabilityZonesCommand,
} from '@aws-sdk/client-ec2'
