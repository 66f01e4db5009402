from moto.s3.models import FakeBucket, PublicAccessBlock

from .mend import mend, wrapping


@mend
def a_new_bucket_is_private():
    """CreateBucket gives every bucket all four blocks against public access."""

    @wrapping(FakeBucket, "__init__")
    def created(original, self, *args, **kwargs):
        original(self, *args, **kwargs)
        self.public_access_block = PublicAccessBlock("true", "true", "true", "true")
