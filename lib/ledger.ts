import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** aerie's memory. Items come and go with their `expiresAt`; a production stage keeps the table when its stack goes. */
export class Ledger extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, stage: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: stage.startsWith('prod') ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** Single items and queries: there is nothing to scan, and nothing that changes the table itself. */
  grantUse(grantee: IGrantable): void {
    this.table.grant(
      grantee,
      'dynamodb:Query',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    );
  }
}
