# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an acceptance that writes makes besides what the role makes: a stack of CloudFormation, and a trail.

Both bear a tag with the prefix, and CloudFormation gives it to all that is in the stack. What has the same name and
not the tag is never touched. The policies in scratch.json follow 'Amazon S3 bucket policy for CloudTrail' and 'Role
policy document for CloudTrail to use CloudWatch Logs for monitoring' (AWS CloudTrail User Guide), and 'Subscribing an
Amazon SQS queue to an Amazon SNS topic' (Amazon SNS Developer Guide).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
from botocore.exceptions import ClientError, WaiterError

TAG = "cis-monitoring-acceptance"
TEMPLATE = Path(__file__).parent / "scratch.json"
# A while passes until CloudTrail sees the role and the bucket that were made, and until it delivers nothing any more.
_ATTEMPTS, _PAUSE = 12, 5
_NOT_YET = (
    "InsufficientS3BucketPolicyException",
    "InvalidCloudWatchLogsLogGroupArnException",
    "InvalidCloudWatchLogsRoleArnException",
    "S3BucketDoesNotExistException",
)


class NotOurs(Exception):
    """Something has a name that we need, and not our tag."""


@dataclass
class Scratch:
    """The stack and the trail of a prefix."""

    session: botocore.session.Session
    prefix: str
    account: str
    partition: str

    @property
    def trail_name(self) -> str:
        """The trail, and the log group that it delivers to."""
        return f"{self.prefix}-trail"

    @property
    def stack_name(self) -> str:
        """The stack."""
        return f"{self.prefix}-acceptance"

    @property
    def queue_arn(self) -> str:
        """The queue of the stack, which is to be told."""
        region = self.session.get_config_variable("region")
        return f"arn:{self.partition}:sqs:{region}:{self.account}:{self.prefix}-inbox"

    def client(self, service: str) -> Any:
        """Return a client with the credentials of the environment."""
        return self.session.create_client(service)

    def make(self) -> None:
        """Make both. Raises NotOurs if something else has one of their names."""
        self._check_trail()
        stack = self._stack()
        if stack is None:
            cloudformation = self.client("cloudformation")
            cloudformation.create_stack(
                StackName=self.stack_name,
                TemplateBody=TEMPLATE.read_text(),
                Parameters=[{"ParameterKey": "Prefix", "ParameterValue": self.prefix}],
                Tags=[{"Key": TAG, "Value": self.prefix}],
                Capabilities=["CAPABILITY_NAMED_IAM"],
                OnFailure="DELETE",
            )
            cloudformation.get_waiter("stack_create_complete").wait(StackName=self.stack_name)
            stack = self._stack() or {}
        outputs = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
        if not self._trail_arn():
            self._make_trail(outputs)

    def remove(self) -> None:
        """Remove both, where they are there. Raises NotOurs if something else has one of their names."""
        self._check_trail()
        stack = self._stack()
        if self._trail_arn():
            self.client("cloudtrail").delete_trail(Name=self.trail_name)
        if stack is None:
            return
        cloudformation = self.client("cloudformation")
        for _attempt in range(3):  # CloudTrail may deliver once more after the bucket was emptied
            for bucket in self._in_stack("AWS::S3::Bucket"):
                self._empty(bucket)
            cloudformation.delete_stack(StackName=self.stack_name)
            try:
                cloudformation.get_waiter("stack_delete_complete").wait(StackName=self.stack_name)
                return
            except WaiterError:
                continue

    def left(self) -> Iterator[str]:
        """Yield what is there of both."""
        if self._trail_arn():
            yield f"trail {self.trail_name}"
        if self._stack() is not None:
            yield f"stack {self.stack_name}"
            yield from (f"  of the stack: {kind} {name}" for kind, name in self._resources())

    def _stack(self) -> Mapping[str, Any] | None:
        try:
            [stack] = self.client("cloudformation").describe_stacks(StackName=self.stack_name)["Stacks"]
        except ClientError as error:
            if "does not exist" in error.response["Error"].get("Message", ""):
                return None
            raise
        if stack["StackStatus"] == "DELETE_COMPLETE":
            return None
        self._check(f"stack {self.stack_name}", stack.get("Tags", []))
        found: Mapping[str, Any] = stack
        return found

    def _resources(self) -> list[tuple[str, str]]:
        found = self.client("cloudformation").describe_stack_resources(StackName=self.stack_name)["StackResources"]
        return [
            (one["ResourceType"], one.get("PhysicalResourceId", one["LogicalResourceId"]))
            for one in found
            if one["ResourceStatus"] != "DELETE_COMPLETE"
        ]

    def _in_stack(self, kind: str) -> list[str]:
        return [name for of_kind, name in self._resources() if of_kind == kind]

    def _trail_arn(self) -> str:
        trails = self.client("cloudtrail").describe_trails(includeShadowTrails=False)["trailList"]
        return next((one["TrailARN"] for one in trails if one["Name"] == self.trail_name), "")

    def _check_trail(self) -> None:
        arn = self._trail_arn()
        if arn:
            [found] = self.client("cloudtrail").list_tags(ResourceIdList=[arn])["ResourceTagList"]
            self._check(f"trail {self.trail_name}", found.get("TagsList", []))

    def _check(self, what: str, tags: list[Mapping[str, str]]) -> None:
        if not any(tag["Key"] == TAG and tag.get("Value") == self.prefix for tag in tags):
            raise NotOurs(f"There is a {what} without the tag {TAG}={self.prefix}. Choose another PREFIX.")

    def _make_trail(self, outputs: Mapping[str, str]) -> None:
        cloudtrail = self.client("cloudtrail")
        for attempt in range(_ATTEMPTS):
            try:
                cloudtrail.create_trail(
                    Name=self.trail_name,
                    S3BucketName=outputs["BucketName"],
                    IsMultiRegionTrail=True,
                    CloudWatchLogsLogGroupArn=outputs["LogGroupArn"],
                    CloudWatchLogsRoleArn=outputs["RoleArn"],
                    TagsList=[{"Key": TAG, "Value": self.prefix}],
                )
                break
            except ClientError as error:
                if error.response["Error"]["Code"] not in _NOT_YET or attempt == _ATTEMPTS - 1:
                    raise
                time.sleep(_PAUSE)
        cloudtrail.start_logging(Name=self.trail_name)

    def _empty(self, bucket: str) -> None:
        s3 = self.client("s3")
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for entry in page.get("Contents", []):
                s3.delete_object(Bucket=bucket, Key=entry["Key"])
