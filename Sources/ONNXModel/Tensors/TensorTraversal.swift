// Every tensor of a model: initializers, sparse ones, attributes (Constant nodes above all), in the main graph, in subgraphs at any depth,
// in functions and in training graphs. One traversal serves reading and changing: the closure returns nil for "as it was", and where
// nothing changes nothing is copied. Its recursion is as deep as the graphs are nested, which reading a model limits.

extension ModelProto {
    /// The model with the tensors that `change` returns in place of the old ones, or nil where it always returned nil.
    ///
    /// - Parameter change: gets a tensor; returns a new one, or nil to keep it.
    func changingTensors<Failure: Error>(
        _ change: (TensorProto) throws(Failure) -> TensorProto?
    ) throws(Failure) -> ModelProto? {
        let newGraph = try graph.changingTensors(change)
        let newFunctions = try functions.changed { function throws(Failure) in try function.changingTensors(change) }
        let newTraining = try trainingInfo.changed { info throws(Failure) in try info.changingTensors(change) }
        guard newGraph != nil || newFunctions != nil || newTraining != nil else { return nil }
        var model = self
        if let newGraph { model.graph = newGraph }
        if let newFunctions { model.functions = newFunctions }
        if let newTraining { model.trainingInfo = newTraining }
        return model
    }

    /// Calls `body` with every tensor.
    func forEachTensor<Failure: Error>(_ body: (TensorProto) throws(Failure) -> Void) throws(Failure) {
        _ = try changingTensors { tensor throws(Failure) in
            try body(tensor)
            return nil
        }
    }
}

extension GraphProto {
    func changingTensors<Failure: Error>(
        _ change: (TensorProto) throws(Failure) -> TensorProto?
    ) throws(Failure) -> GraphProto? {
        let newNodes = try node.changed { node throws(Failure) in try node.changingTensors(change) }
        let newInitializers = try initializer.changed(change)
        let newSparse = try sparseInitializer.changed { sparse throws(Failure) in try sparse.changingTensors(change) }
        guard newNodes != nil || newInitializers != nil || newSparse != nil else { return nil }
        var graph = self
        if let newNodes { graph.node = newNodes }
        if let newInitializers { graph.initializer = newInitializers }
        if let newSparse { graph.sparseInitializer = newSparse }
        return graph
    }
}

extension NodeProto {
    fileprivate func changingTensors<Failure: Error>(
        _ change: (TensorProto) throws(Failure) -> TensorProto?
    ) throws(Failure) -> NodeProto? {
        guard let attributes = try attribute.changed({ attribute throws(Failure) in try attribute.changingTensors(change) }) else {
            return nil
        }
        var node = self
        node.attribute = attributes
        return node
    }
}

extension FunctionProto {
    fileprivate func changingTensors<Failure: Error>(
        _ change: (TensorProto) throws(Failure) -> TensorProto?
    ) throws(Failure) -> FunctionProto? {
        let newNodes = try node.changed { node throws(Failure) in try node.changingTensors(change) }
        let newDefaults = try attributeProto.changed { attribute throws(Failure) in try attribute.changingTensors(change) }
        guard newNodes != nil || newDefaults != nil else { return nil }
        var function = self
        if let newNodes { function.node = newNodes }
        if let newDefaults { function.attributeProto = newDefaults }
        return function
    }
}

extension TrainingInfoProto {
    fileprivate func changingTensors<Failure: Error>(
        _ change: (TensorProto) throws(Failure) -> TensorProto?
    ) throws(Failure) -> TrainingInfoProto? {
        let newInitialization = try initialization.changingTensors(change)
        let newAlgorithm = try algorithm.changingTensors(change)
        guard newInitialization != nil || newAlgorithm != nil else { return nil }
        var info = self
        if let newInitialization { info.initialization = newInitialization }
        if let newAlgorithm { info.algorithm = newAlgorithm }
        return info
    }
}

extension SparseTensorProto {
    fileprivate func changingTensors<Failure: Error>(
        _ change: (TensorProto) throws(Failure) -> TensorProto?
    ) throws(Failure) -> SparseTensorProto? {
        let newValues = hasValues ? try change(values) : nil
        let newIndices = hasIndices ? try change(indices) : nil
        guard newValues != nil || newIndices != nil else { return nil }
        var sparse = self
        if let newValues { sparse.values = newValues }
        if let newIndices { sparse.indices = newIndices }
        return sparse
    }
}

extension AttributeProto {
    fileprivate func changingTensors<Failure: Error>(
        _ change: (TensorProto) throws(Failure) -> TensorProto?
    ) throws(Failure) -> AttributeProto? {
        let newTensor = hasT ? try change(t) : nil
        let newTensors = try tensors.changed(change)
        let newSparse = hasSparseTensor ? try sparseTensor.changingTensors(change) : nil
        let newSparses = try sparseTensors.changed { sparse throws(Failure) in try sparse.changingTensors(change) }
        let newGraph = hasG ? try g.changingTensors(change) : nil
        let newGraphs = try graphs.changed { graph throws(Failure) in try graph.changingTensors(change) }
        guard newTensor != nil || newTensors != nil || newSparse != nil || newSparses != nil || newGraph != nil || newGraphs != nil else {
            return nil
        }
        var attribute = self
        if let newTensor { attribute.t = newTensor }
        if let newTensors { attribute.tensors = newTensors }
        if let newSparse { attribute.sparseTensor = newSparse }
        if let newSparses { attribute.sparseTensors = newSparses }
        if let newGraph { attribute.g = newGraph }
        if let newGraphs { attribute.graphs = newGraphs }
        return attribute
    }
}

extension Array {
    /// The array with the elements that `change` returns in place of the old ones, or nil where it always returned nil.
    fileprivate func changed<Failure: Error>(_ change: (Element) throws(Failure) -> Element?) throws(Failure) -> [Element]? {
        var result: [Element]?
        for index in indices {
            if let element = try change(self[index]) {
                result = result ?? self
                result?[index] = element
            }
        }
        return result
    }
}
