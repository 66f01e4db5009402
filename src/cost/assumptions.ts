/** How much is used in a month, where AWS charges by use and nothing in a config tells: a small stack with few visitors. */
export const assumed = {
  /** On average over the month; one unit is 25 new connections a second or 1 GB an hour. */
  loadBalancerUnits: 0.1,
  /** GB out to the internet through each load balancer, and out of each CloudFront distribution. */
  transferOut: 10,
  /** GB through each NAT gateway. */
  natData: 10,
  /** GB in each file system. */
  fileSystem: 10,
  /** GB in each bucket. */
  bucket: 10,
  /** GB of images in each repository. */
  images: 1,
  /** GB written to each log group. */
  logs: 1,
  /** Millions of requests that each web ACL inspects. */
  inspectedRequests: 1,
} as const
