import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm'
import type { Listener, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { describe, expect, it } from 'vitest'
import { endpointOf } from '../../src/rollout/endpoint.ts'
import { mockedContext } from '../support/context.ts'
import { stubbed } from '../support/stubbed.ts'

const arn = (rest: string) => `arn:aws:elasticloadbalancing:us-east-1:123456789012:${rest}`
const rule = arn('listener-rule/app/shop/0123/4567/89ab')
const CertificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/c-1'
const http: Listener = { Protocol: 'HTTP', Port: 80 }
const https: Listener = { Protocol: 'HTTPS', Port: 443, Certificates: [{ CertificateArn }] }
const dnsName = 'shop-1.us-east-1.elb.amazonaws.com'

const header = (value: string): RuleCondition => ({
  Field: 'http-header',
  HttpHeaderConfig: { HttpHeaderName: 'x-provision-test', Values: [value] },
})
const host = (...Values: string[]): RuleCondition => ({ Field: 'host-header', HostHeaderConfig: { Values } })

async function endpoint(listener: Listener, Conditions: RuleCondition[], domain?: string) {
  const elb = stubbed(ElasticLoadBalancingV2Client)
  elb.on(DescribeRulesCommand, { RuleArns: [rule] }).resolves({ Rules: [{ RuleArn: rule, Conditions }] })
  elb
    .on(DescribeListenersCommand, { ListenerArns: [arn('listener/app/shop/0123/4567')] })
    .resolves({ Listeners: [listener] })
  elb
    .on(DescribeLoadBalancersCommand, { LoadBalancerArns: [arn('loadbalancer/app/shop/0123')] })
    .resolves({ LoadBalancers: [{ DNSName: dnsName }] })
  return endpointOf(mockedContext().aws, rule, domain)
}

describe('where a rule is reached', () => {
  const testHeader = { name: 'x-provision-test', value: 'abc' }
  const headers = { 'x-provision-test': 'abc' }

  it('is the name of the load balancer, with the header that the rule asks for', async () => {
    expect(await endpoint(http, [header('abc')], 'shop.example.com')).toEqual({
      url: `http://${dnsName}`,
      headers,
      testHeader,
    })
  })

  it('is the domain where there is a certificate, on a connection to the load balancer itself', async () => {
    expect(await endpoint(https, [header('abc')], 'shop.example.com')).toEqual({
      url: 'https://shop.example.com',
      headers,
      testHeader,
      connect: { host: dnsName, name: 'shop.example.com' },
    })
  })

  it('is the host that the rule asks for, whatever the listener speaks', async () => {
    expect(await endpoint({ ...https, Port: 8443 }, [host('api.example.com'), header('abc')])).toEqual({
      url: 'https://api.example.com:8443',
      headers,
      testHeader,
      connect: { host: dnsName, name: 'api.example.com' },
    })
    expect(await endpoint(http, [host('api.example.com')])).toEqual({
      url: `http://${dnsName}`,
      headers: { host: 'api.example.com' },
      testHeader: undefined,
    })
  })

  it.each([
    ['shop.example.com', 'shop.example.com'],
    ['*.example.com', 'www.example.com'],
  ])('has the certificate for %s where no domain is known', async (DomainName, name) => {
    const acm = stubbed(ACMClient)
    acm.on(DescribeCertificateCommand, { CertificateArn }).resolves({ Certificate: { DomainName } })
    expect(await endpoint(https, [header('abc')])).toEqual({
      url: `https://${dnsName}`,
      headers,
      testHeader,
      connect: { host: dnsName, name },
    })
    expect(acm.calls()).toHaveLength(1)
  })

  it('has a value that the pattern of the header takes, and leaves a pattern of hosts to the check itself', async () => {
    const fitting = { name: 'x-provision-test', value: 'next-x' }
    expect(await endpoint(http, [host('*.example.com'), header('next-*')])).toEqual({
      url: `http://${dnsName}`,
      headers: { [fitting.name]: fitting.value },
      testHeader: fitting,
    })
  })
})
