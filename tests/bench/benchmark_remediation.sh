#!/bin/sh
# The four commands of the benchmark's remediation of each control, for each account named; the log group is known.
# Usage: benchmark_remediation.sh AWS ENDPOINT CONTROLS PROTOCOL ENDPOINT_OF_SUBSCRIBER ACCOUNT...
# CONTROLS is a file with a line for each control: its metric, its alarm, its pattern, tabs between them.
set -eu
aws=$1 url=$2 controls=$3 protocol=$4 subscriber=$5
shift 5
tab=$(printf '\t')
export AWS_SECRET_ACCESS_KEY=sandbox AWS_DEFAULT_REGION=us-east-1 AWS_ENDPOINT_URL="$url" AWS_PAGER=
for account in "$@"; do
    export AWS_ACCESS_KEY_ID="$account"
    while IFS="$tab" read -r metric alarm pattern; do
        "$aws" logs put-metric-filter --log-group-name aws-cloudtrail-logs --filter-name "$metric" \
            --metric-transformations "metricName=$metric,metricNamespace=CISBenchmark,metricValue=1" \
            --filter-pattern "$pattern"
        topic=$("$aws" sns create-topic --name security_group_changes_topic --query TopicArn --output text)
        "$aws" sns subscribe --topic-arn "$topic" --protocol "$protocol" --notification-endpoint "$subscriber" > /dev/null
        "$aws" cloudwatch put-metric-alarm --alarm-name "$alarm" --metric-name "$metric" --statistic Sum \
            --period 300 --threshold 1 --comparison-operator GreaterThanOrEqualToThreshold --evaluation-periods 1 \
            --namespace CISBenchmark --alarm-actions "$topic"
    done < "$controls"
done
