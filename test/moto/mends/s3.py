import xmltodict
from moto.s3.models import FakeBucket, PublicAccessBlock
from moto.s3.responses import S3Response

from .mend import mend, wrapping


@mend
def a_new_bucket_is_private():
    """CreateBucket gives every bucket all four blocks against public access."""

    @wrapping(FakeBucket, "__init__")
    def created(original, self, *args, **kwargs):
        original(self, *args, **kwargs)
        self.public_access_block = PublicAccessBlock("true", "true", "true", "true")


@mend
def a_new_bucket_carries_its_tags():
    """CreateBucket takes tags in the configuration of the bucket."""

    @wrapping(S3Response, "_bucket_response_put")
    def put(original, self, request, bucket_name, querystring):
        answer = original(self, request, bucket_name, querystring)
        if querystring or not self.body:
            return answer
        wished = xmltodict.parse(self.body)["CreateBucketConfiguration"] or {}
        tags = (wished.get("Tags") or {}).get("Tag", [])
        if tags:
            listed = tags if isinstance(tags, list) else [tags]
            self.backend.put_bucket_tagging(bucket_name, {tag["Key"]: tag["Value"] for tag in listed})
        return answer
