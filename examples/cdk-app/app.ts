import { Aerie } from 'aerie';
import { App } from 'aws-cdk-lib';

const app = new App();
const { stages } = app.node.tryGetContext('aerie');

new Aerie(app, 'Pool', { stage: 'prod', ...stages.prod });
