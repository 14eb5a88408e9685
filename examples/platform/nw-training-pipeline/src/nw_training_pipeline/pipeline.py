"""The Kubeflow pipeline; importing this needs kfp."""

import sys

from kfp import compiler, dsl

PACKAGES = ["nw-training-pipeline>=0.4"]


@dsl.component(base_image="python:3.10-slim", packages_to_install=PACKAGES)
def prepare_records(source: str, prepared: dsl.Output[dsl.Dataset]):
    import json

    from nw_core.records import Record
    from nw_training_pipeline.steps import prepare

    with open(source, encoding="utf-8") as file:
        records = [Record(**json.loads(line)) for line in file]
    with open(prepared.path, "w", encoding="utf-8") as file:
        for record in prepare(records):
            file.write(json.dumps([record.entity, dict(record.values), record.at]) + "\n")


@dsl.component(
    base_image="python:3.10-slim",
    packages_to_install=PACKAGES,
)
def train_model(prepared: dsl.Input[dsl.Dataset], labels: dict, model: dsl.Output[dsl.Model]):
    import json

    from nw_core.records import Record
    from nw_training_pipeline.steps import train

    with open(prepared.path, encoding="utf-8") as file:
        records = [Record(*json.loads(line)) for line in file]
    weights = train([(record, labels[record.entity]) for record in records])
    with open(model.path, "w", encoding="utf-8") as file:
        json.dump(weights, file)


@dsl.pipeline(name="churn-nightly")
def churn(source: str, labels: dict):
    prepared = prepare_records(source=source)
    train_model(prepared=prepared.outputs["prepared"], labels=labels)


if __name__ == "__main__":
    compiler.Compiler().compile(churn, sys.argv[1])
