#!/bin/sh
# The six commands of the benchmark's audit procedure, once for all controls and without a verdict, for each account
# named. The procedure repeats them for each control.
# Usage: benchmark_audit.sh AWS ENDPOINT ACCOUNT...
set -eu
aws=$1 url=$2
shift 2
export AWS_SECRET_ACCESS_KEY=sandbox AWS_DEFAULT_REGION=us-east-1 AWS_ENDPOINT_URL="$url" AWS_PAGER=
for account in "$@"; do
    export AWS_ACCESS_KEY_ID="$account"
    trail=$("$aws" cloudtrail describe-trails --query 'trailList[0].TrailARN' --output text)
    "$aws" cloudtrail get-trail-status --name "$trail"
    "$aws" cloudtrail get-event-selectors --trail-name "$trail"
    "$aws" logs describe-metric-filters --log-group-name aws-cloudtrail-logs
    topic=$("$aws" cloudwatch describe-alarms --query 'MetricAlarms[0].AlarmActions[0]' --output text)
    "$aws" sns list-subscriptions-by-topic --topic-arn "$topic"
done
