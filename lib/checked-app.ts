import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { stackNameOf } from '../core/model/names.ts';
import { AerieStack, type AerieStackProps } from './aerie-stack.ts';

/** Puts a stage's stack into an app, under the rules of cdk-nag: the app's synthesis fails with what they find. */
export const checkedStack = (app: App, props: AerieStackProps): AerieStack => {
  const stack = new AerieStack(app, stackNameOf(props.config.stage), props);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return stack;
};
