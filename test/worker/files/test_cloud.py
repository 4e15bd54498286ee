"""The worker's signature. That AWS's own signer makes the same of the same is in signature.test.ts."""
import unittest

import programs  # noqa: F401

import cloud

PROOF = {
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    "host": "sts.eu-west-1.amazonaws.com",
    "x-aerie-pool": "cm.example.org",
    "x-amz-date": "20300131T235959Z",
    "x-amz-security-token": "session==",
    "authorization": "AWS4-HMAC-SHA256 Credential=ASIA1/20300131/eu-west-1/sts/aws4_request, "
    "SignedHeaders=content-type;host;x-aerie-pool;x-amz-date;x-amz-security-token, "
    "Signature=aa0bd7dd773818aaec7a6f1499b260740f910915b18e3b8d02ca2b79b678e9a2",
}


class Proof(unittest.TestCase):
    maxDiff = None

    def test_a_proof_is_the_signed_headers_and_the_signature(self):
        proof = cloud.proof(
            PROOF["host"], "eu-west-1", "cm.example.org", "20300131T235959Z", "ASIA1", "secret", "session=="
        )
        self.assertEqual(proof, PROOF)

    def test_the_region_of_a_host(self):
        for host, region in (
            ("sts.amazonaws.com", "us-east-1"),
            ("sts.eu-west-1.amazonaws.com", "eu-west-1"),
            ("sts.example.org", "ap-south-1"),
            ("vpce-1.sts.eu-west-1.amazonaws.com", "ap-south-1"),
            ("sts.eu-west-1.amazonaws.org", "ap-south-1"),
            ("sts.eu-west-1.example.com", "ap-south-1"),
            ("proxy.eu-west-1.amazonaws.com", "ap-south-1"),
        ):
            with self.subTest(host):
                self.assertEqual(cloud.region_of(host, "ap-south-1"), region)
