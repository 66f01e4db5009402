/**
 * How long AWS takes, in seconds, from the call until the new state. Typical values, so that a rehearsal's clock
 * reads like a real run.
 */
export const durations = {
  // One API call.
  read: 0.2,
  write: 0.6,

  /** Until a VPC or a subnet has IPv6 addresses. */
  'ipv6-block associate': 2,
  'nat-gateway create': 115,
  'nat-gateway delete': 60,
  /** An interface endpoint; one by gateway takes a second. */
  'vpc-endpoint create': 55,
  'vpc-endpoint delete': 60,
  'instance start': 20,
  'instance stop': 35,
  'instance terminate': 40,
  'instance refresh': 240,
  'capacity-provider change': 10,
  /** A cluster takes in or lets go of an Auto Scaling group. */
  'cluster attachments': 20,
  'load-balancer create': 150,
  /** From the delete call until its network interfaces are gone and groups and subnets are free. */
  'load-balancer interfaces': 60,
  'db-instance create': 360,
  /** Of that, the first backup at the end of it: there is an endpoint already, and it accepts connections. */
  'db-instance first backup': 120,
  'db-instance modify': 60,
  /** A change of class, engine version or Multi-AZ. */
  'db-instance rebuild': 600,
  'db-instance delete': 240,
  'db-instance final-snapshot': 240,
  /** A snapshot of the source, and an instance from it. */
  'db-replica create': 660,
  'db-replica delete': 270,
  'db-proxy create': 420,
  'db-proxy delete': 600,
  /** From registration until the proxy has connections to the database. */
  'db-proxy target': 180,
  'replication-group create': 330,
  'replication-group modify': 90,
  'replication-group delete': 180,
  'replication-group final-snapshot': 60,
  'search-domain create': 1020,
  /** Anything that moves the domain to new nodes. */
  'search-domain rebuild': 1800,
  'search-domain delete': 540,
  /** From then on until its network interfaces are gone. */
  'search-domain interfaces': 60,
  'file-system create': 5,
  'file-system delete': 8,
  'mount-target create': 90,
  'mount-target delete': 30,
  'access-point create': 2,
  /** Until Fargate has a host with a network interface for a task: 10 to 30 s, of which the interface takes about 10. */
  'task placement': 15,
  /**
   * Fargate keeps no image between tasks. Ten starts of a task with an image of 413 MB took 53 to 62 s:
   * https://elasticscale.com/blog/reduce-aws-fargate-pull-times-with-soci
   */
  'image pull per 100 MiB': 10,
  /** From when a task's images are there until its containers run. */
  'task start': 5,
  /** From when its containers run until the application answers; images can be told to take longer. */
  'application boot': 5,
  /** From SIGTERM until an application that handles it has ended; the stop timeout ends all others. */
  'application stop': 10,
  /** ECS asks the load balancer for the health of its targets every few seconds, and then starts and stops tasks. */
  'target health notice': 10,
  /** From when a task has failed until ECS starts another one in its place. */
  'task replacement': 20,
  /** A rolling deployment that has been rolled back stays in the list of deployments for so long. */
  'rolled back deployment': 60,
  /** Until a change of a listener rule's weights holds everywhere. */
  'traffic shift': 10,
  /** A stage of a deployment in which nothing has to be waited for. */
  'deployment stage': 3,
  /** From the push until ECR has scanned the image. */
  'image scan': 30,
  /** From the end of a minute until CloudWatch has the load balancer's metrics of it. */
  'load balancer metrics': 90,
  /** A one-off task, from the call until it has stopped. */
  'task run': 60,
  /** Until a new IAM role is known to the services that are to use it. */
  'iam propagation': 7,
  /** Until ACM has worked out the records that prove a domain. */
  'certificate records': 5,
  /** From when the last of those records stands until the certificate is issued. */
  'certificate issue': 90,
  /** Until all of Route 53's servers know a change. */
  'record change': 30,
  /** Until all of CloudFront's places have a new or changed distribution. */
  'distribution deploy': 240,
  /** Until a new web ACL can be put on a load balancer. */
  'web-acl propagation': 20,
} as const

export type Duration = keyof typeof durations
