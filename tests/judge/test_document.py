from __future__ import annotations

from pathlib import Path

import pytest

from scripts.judge.document import DocumentError, find_documents, read_document, read_file

from .support import document, one


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_yaml_has_no_dates_and_no_norway(tmp_path: Path) -> None:
    file = write(tmp_path / "a.yaml", "day: 2024-05-17\nland: no\n200: ok\ntime: 12:30\nyes: 0o17\nbig: 1e3\nnone: ~\n")
    assert read_file(file) == {
        "day": "2024-05-17",
        "land": "no",
        "200": "ok",
        "time": "12:30",
        "yes": 15,
        "big": 1000.0,
        "none": None,
    }


def test_references_lead_through_several_files(tmp_path: Path) -> None:
    write(tmp_path / "paths" / "pets.yaml", "get:\n  parameters:\n    - $ref: ../parts.yaml#/id\n  responses: {}\n")
    write(tmp_path / "parts.yaml", "id: {name: id, in: query, schema: {$ref: '#/text'}}\ntext: {type: string}\n")
    root = write(tmp_path / "root.yaml", "openapi: 3.1.0\npaths:\n  /pets: {$ref: paths/pets.yaml}\n")
    read = read_document(root)
    operation = one(read)
    assert operation.label == "GET /pets"
    assert read.resolve(operation.parameters[0]["schema"]) == {"type": "string"}
    assert not read.single_file


def test_a_reference_to_itself_is_no_endless_loop() -> None:
    made = document({}, schemas={"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}})
    with pytest.raises(DocumentError, match="itself"):
        made.resolve({"$ref": "#/components/schemas/A"})


def test_a_reference_to_nowhere_is_named() -> None:
    with pytest.raises(DocumentError, match="nowhere"):
        document({}).resolve({"$ref": "#/components/schemas/Missing"})


def test_operations_include_those_of_3_2() -> None:
    item = {"query": {"responses": {}}, "additionalOperations": {"COPY": {"responses": {}}}, "summary": "x"}
    made = document({"/a": item, "x-note": {}}, version="3.2.0")
    assert [operation.label for operation in made.operations()] == ["QUERY /a", "COPY /a"]


def test_an_operation_overrides_parameters_of_its_path_and_reserved_headers_are_no_parameters() -> None:
    shared = {"name": "id", "in": "query", "schema": {"type": "string"}}
    own = {"name": "id", "in": "query", "required": True}
    accept = {"name": "Accept", "in": "header"}
    made = document({"/a": {"parameters": [shared, accept], "get": {"parameters": [own], "responses": {}}}})
    assert one(made).parameters == (own,)


def test_documents_of_a_folder_are_files_and_folders_with_one_root(tmp_path: Path) -> None:
    write(tmp_path / "b.yaml", "info: {}\nopenapi: 3.0.0\n")
    write(tmp_path / "a.json", '{"info": {}, "openapi": "3.1.0"}')
    write(tmp_path / "part.yaml", "type: object\n")
    write(tmp_path / "README.md", "openapi: 3.0.0\n")
    write(tmp_path / "many" / "root.yaml", "openapi: 3.1.0\n")
    write(tmp_path / "many" / "piece.yaml", "type: object\n")
    assert [name for name, _ in find_documents(tmp_path)] == ["a", "b", "many"]


def test_what_is_no_openapi_document_says_so(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="openapi"):
        read_document(write(tmp_path / "a.yaml", "swagger: '2.0'\n"))
    with pytest.raises(DocumentError, match=r"b\.yaml"):
        read_document(write(tmp_path / "b.yaml", "a: [\n"))


def test_a_variable_that_no_parameter_declares_is_a_parameter_all_the_same() -> None:
    made = document({"/a/{b}/{c}": {"get": {"parameters": [{"name": "c", "in": "path"}], "responses": {}}}})
    assert [(node["name"], node["in"]) for node in one(made).parameters] == [("c", "path"), ("b", "path")]
