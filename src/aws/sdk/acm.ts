// The ACM operations that kinds call. Named one by one, so that the bundle leaves out the rest.
export {
  ACMClient as Client,
  RequestCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  DeleteCertificateCommand,
  ListTagsForCertificateCommand,
  AddTagsToCertificateCommand,
  RemoveTagsFromCertificateCommand,
} from '@aws-sdk/client-acm'
