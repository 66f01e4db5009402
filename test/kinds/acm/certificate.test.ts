import { ACMClient, DescribeCertificateCommand, RequestCertificateCommand } from '@aws-sdk/client-acm'
import { describe, expect, it } from 'vitest'
import { certificate } from '../../../src/kinds/acm/certificate.ts'
import { diffProps } from '../../../src/plan/diff.ts'
import { mockedContext, readRequest, sandboxContext, tagsFor } from '../../support/context.ts'
import { describeKindLife } from '../../support/kind-life.ts'
import { stubbed } from '../../support/stubbed.ts'
import { makeCertificate } from './parts.ts'

const address = 'domain/certificate'
const props = { domainName: 'example.com', alternativeNames: ['*.example.com'] }
const token = '0123456789abcdef0123456789abcdef'
const arn = 'arn:aws:acm:us-east-1:123456789012:certificate/1'

describeKindLife({ kind: certificate, props: async () => props, changes: [] })

describe('acm/certificate', () => {
  it('is requested in one call that carries its tags and token', async () => {
    const acm = stubbed(ACMClient)
    acm.on(RequestCertificateCommand).resolves({ CertificateArn: arn })
    const request = { address, props, tags: { team: 'blue' }, token }
    expect(await certificate.create(request, mockedContext())).toEqual({ arn, validationRecords: [] })
    expect(acm.calls().map(call => call.args[0].input)).toEqual([
      {
        DomainName: 'example.com',
        SubjectAlternativeNames: ['example.com', '*.example.com'],
        ValidationMethod: 'DNS',
        IdempotencyToken: token,
        Tags: [{ Key: 'team', Value: 'blue' }],
      },
    ])
  })

  it('is ready once its records are known, one for the domain and its wildcard together', async () => {
    const { validationRecords } = await makeCertificate(sandboxContext())
    expect(validationRecords).toHaveLength(1)
    expect(validationRecords[0]).toMatchObject({
      domain: 'example.com',
      name: expect.stringMatching(/^_[0-9a-f]{32}\.example\.com$/),
    })
  })

  it('is replaced when ACM has given up on it', async () => {
    const acm = stubbed(ACMClient)
    acm.on(DescribeCertificateCommand).resolves({
      Certificate: {
        CertificateArn: arn,
        DomainName: 'example.com',
        SubjectAlternativeNames: ['example.com', '*.example.com'],
        Status: 'VALIDATION_TIMED_OUT',
      },
    })
    const attributes = { arn, validationRecords: [] }
    const [found] = await certificate.read([readRequest(address, props, attributes)], mockedContext())
    expect(diffProps(certificate, props, { ...found!.props }, undefined)).toMatchObject([
      { path: 'state', before: 'validation_timed_out', after: 'valid', replaces: true },
    ])
  })

  it('takes no notice of certificates of the same domain that are somebody else’s', async () => {
    const context = sandboxContext()
    await makeCertificate(context, 'other/certificate')
    expect(await certificate.read([readRequest(address, props)], context)).toEqual([undefined])
  })

  it('is requested where CloudFront looks for certificates when it is to be', async () => {
    const context = { ...sandboxContext(), region: 'eu-west-1' }
    const request = { address, props: { ...props, region: 'us-east-1' }, tags: tagsFor(address), token }
    const made = await certificate.create(request, context)
    expect(made.arn).toContain(':acm:us-east-1:')
    const [found] = await certificate.read([readRequest(address, request.props)], context)
    expect(found?.attributes.arn).toBe(made.arn)
  })
})
