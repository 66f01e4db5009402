/** A price that someone else has published: in US dollars, for us-east-1, on demand. */
export interface PublishedPrice {
  readonly what: string
  readonly price: number
  /** Where it is written. */
  readonly source: string
  /** The day or month from which it is there. */
  readonly dated: string
}

const fargate = { source: 'https://www.vantage.sh/blog/fargate-pricing', dated: '2021-04-22' }
const nat = { source: 'https://cloudburn.io/blog/aws-nat-gateway-pricing', dated: '2026-02-24' }
const loadBalancer = {
  source: 'https://awsnegotiations.com/elastic-load-balancer-cost.html',
  dated: '2026-05',
}
const rds = { source: 'https://infratally.com/articles/aws-rds-pricing-explained-2026.html', dated: '2026' }

/** Written down from these pages on 2026-11-30, not from the price table of this program. */
export const publishedPrices: readonly PublishedPrice[] = [
  { what: 'Fargate, x86, vCPU and hour', price: 0.04048, ...fargate },
  { what: 'Fargate, x86, GB and hour', price: 0.004445, ...fargate },
  { what: 'Fargate, ARM, vCPU and hour', price: 0.03238, ...fargate },
  { what: 'Fargate, ARM, GB and hour', price: 0.00356, ...fargate },
  { what: 'NAT gateway, hour', price: 0.045, ...nat },
  { what: 'NAT gateway, GB', price: 0.045, ...nat },
  { what: 'public IPv4 address, hour', price: 0.005, ...nat },
  {
    what: 'data out to the internet, GB',
    price: 0.09,
    source: 'https://cloudpipelines.pages.dev/guides/aws-nat-gateway-pricing-2026/',
    dated: '2026',
  },
  { what: 'Application Load Balancer, hour', price: 0.0225, ...loadBalancer },
  { what: 'Application Load Balancer, capacity unit and hour', price: 0.008, ...loadBalancer },
  { what: 'RDS PostgreSQL db.t4g.micro, hour', price: 0.016, ...rds },
  { what: 'RDS PostgreSQL db.t4g.small, hour', price: 0.032, ...rds },
  { what: 'RDS PostgreSQL db.t4g.medium, hour', price: 0.065, ...rds },
  {
    what: 'RDS gp3, GB and month',
    price: 0.115,
    source: 'https://www.usage.ai/blogs/aws/reserved-instances/rds/pricing-calculator/',
    dated: '2026-06',
  },
  {
    what: 'EC2 t3.micro, hour',
    price: 0.0104,
    source: 'https://wring.co/blog/aws-ec2-pricing-guide',
    dated: '2026-03-08',
  },
  {
    what: 'EC2 t3.large, hour',
    price: 0.0832,
    source: 'https://go-cloud.io/?p=10607',
    dated: '2026',
  },
  {
    what: 'EC2 m7g.large, hour',
    price: 0.0816,
    source:
      'https://main.d1m6t5n8e4tvia.amplifyapp.com/blog/amazon-ec2-on-demand-pricing-instance-families-2026/',
    dated: '2026-06-17',
  },
]
