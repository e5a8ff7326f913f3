# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of CloudTrail, KMS keys, S3 bucket policies and AWS Config: the services that protect and record."""

from __future__ import annotations

from .benchmarks import CIS_BENCHMARKS, PROWLER, SECURITY_HUB, STEAMPIPE, numbers
from .control import Control, Filter, Prescription, Trail
from .spelling import cases, hub, hub_of, names
from .text_search import prowler, steampipe


def _prescriptions(
    number: int, source: str, event_names: tuple[str, ...], cis: str, of_hub: str
) -> dict[str, Prescription]:
    """One text for all CIS benchmarks, and one for Security Hub, which differ only in white space."""
    ids, of_events = numbers(number, security_hub=number), cases(event_names, source)
    return {
        **{name: Prescription(ids[name], (cis,), of_events) for name in CIS_BENCHMARKS},
        SECURITY_HUB: Prescription(ids[SECURITY_HUB], (of_hub,), of_events),
    }


_WHY = "The pattern of every benchmark."

# 5. CloudTrail.

_TRAIL_EVENTS = ("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging")
_TRAILS = "{ " + names(_TRAIL_EVENTS) + " }"
CLOUDTRAIL_CONFIGURATION_CHANGES = Control(
    name="cloudtrail_configuration_changes",
    subject="CloudTrail configuration changes",
    about="Trails that are created, updated, deleted, started or stopped.",
    prescriptions=_prescriptions(5, "cloudtrail.amazonaws.com", _TRAIL_EVENTS, _TRAILS, hub(_TRAIL_EVENTS)),
    filters=(Filter(_TRAILS, _WHY),),
    searches={PROWLER: prowler(_TRAIL_EVENTS), STEAMPIPE: steampipe(_TRAIL_EVENTS)},
    metric_name="cloudtrail_cfg_changes_metric",
    alarm_name="cloudtrail_cfg_changes_alarm",
    uncaught=(
        "PutEventSelectors (which can exclude events from a trail)",
        "PutInsightSelectors",
        "AddTags",
        "event data stores",
    ),
    notes=(
        "AWS does not document whether a trail that is stopped or deleted still delivers that event. It delivers no"
        " later one.",
    ),
)

# 7. KMS keys.

_KMS = "kms.amazonaws.com"
_KEY_EVENTS = ("DisableKey", "ScheduleKeyDeletion")
_KEYS = f"{{($.eventSource = {_KMS}) && ({names(_KEY_EVENTS, '=', '||')}) }}"
KMS_KEY_DISABLE_OR_DELETE = Control(
    name="kms_key_disable_or_delete",
    subject="KMS key disabling and scheduled deletion",
    about="Customer managed keys that are disabled or scheduled for deletion.",
    prescriptions=_prescriptions(7, _KMS, _KEY_EVENTS, _KEYS, hub_of(_KMS, _KEY_EVENTS)),
    filters=(Filter(_KEYS, _WHY),),
    searches={PROWLER: prowler(_KEY_EVENTS, _KMS), STEAMPIPE: steampipe(_KEY_EVENTS, _KMS)},
    metric_name="disable_or_delete_cmk_changes_metric",
    alarm_name="disable_or_delete_cmk_changes_alarm",
    trail=Trail(excluded_sources=(_KMS,)),
    uncaught=(
        "CancelKeyDeletion",
        "EnableKey",
        "DeleteImportedKeyMaterial",
        "DisconnectCustomKeyStore",
        "PutKeyPolicy",
    ),
    notes=("A trail that excludes the events of KMS, as many do to save cost, records none of these events.",),
)

# 8. S3 bucket policies.

_S3 = "s3.amazonaws.com"
# Named as CloudTrail records them: the API's PutBucketLifecycleConfiguration is PutBucketLifecycle there.
_BUCKET_EVENTS = (
    "PutBucketAcl",
    "PutBucketPolicy",
    "PutBucketCors",
    "PutBucketLifecycle",
    "PutBucketReplication",
    "DeleteBucketPolicy",
    "DeleteBucketCors",
    "DeleteBucketLifecycle",
    "DeleteBucketReplication",
)
_BUCKETS = f"{{ ($.eventSource = {_S3}) && ({names(_BUCKET_EVENTS)}) }}"
S3_BUCKET_POLICY_CHANGES = Control(
    name="s3_bucket_policy_changes",
    subject="S3 bucket policy changes",
    about="Policies, ACLs, CORS, lifecycle and replication of S3 buckets. They are management events.",
    prescriptions=_prescriptions(8, _S3, _BUCKET_EVENTS, _BUCKETS, hub_of(_S3, _BUCKET_EVENTS)),
    filters=(Filter(_BUCKETS, _WHY),),
    searches={PROWLER: prowler(_BUCKET_EVENTS, _S3), STEAMPIPE: steampipe(_BUCKET_EVENTS, _S3)},
    metric_name="s3_bucket_policy_changes_metric",
    alarm_name="s3_bucket_policy_changes_alarm",
    uncaught=(
        "PutBucketPublicAccessBlock",
        "DeleteBucketPublicAccessBlock",
        "PutAccountPublicAccessBlock",
        "DeleteAccountPublicAccessBlock",
        "PutBucketOwnershipControls",
        "PutAccessPointPolicy",
        "PutBucketWebsite",
        "PutBucketEncryption",
        "PutBucketVersioning",
        "directory buckets (s3express.amazonaws.com)",
    ),
)

# 9. AWS Config.

_CONFIG = "config.amazonaws.com"
_RECORDER_EVENTS = (
    "StopConfigurationRecorder",
    "DeleteDeliveryChannel",
    "PutDeliveryChannel",
    "PutConfigurationRecorder",
)
_RECORDERS = f"{{ ($.eventSource = {_CONFIG}) && ({names(_RECORDER_EVENTS, '=', '||')}) }}"
CONFIG_CHANGES = Control(
    name="config_changes",
    subject="AWS Config configuration changes",
    about="Configuration recorders that are changed or stopped, and delivery channels that are changed or deleted.",
    prescriptions=_prescriptions(9, _CONFIG, _RECORDER_EVENTS, _RECORDERS, hub_of(_CONFIG, _RECORDER_EVENTS)),
    filters=(Filter(_RECORDERS, _WHY),),
    searches={PROWLER: prowler(_RECORDER_EVENTS, _CONFIG), STEAMPIPE: steampipe(_RECORDER_EVENTS, _CONFIG)},
    metric_name="aws_config_changes_metric",
    alarm_name="aws_config_changes_alarm",
    uncaught=(
        "DeleteConfigurationRecorder",
        "StartConfigurationRecorder",
        "PutServiceLinkedConfigurationRecorder",
        "AssociateResourceTypes",
        "DisassociateResourceTypes",
        "PutRetentionConfiguration",
    ),
)
