using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace GameCluster.Tests.Architecture;

/// <summary>
/// Reads, from a compiled assembly, which types each of its types makes use of: bases, interfaces, attributes, fields, signatures, locals and the instructions
/// of method bodies. Only constants leave no trace there, as the compiler puts their values in place.
/// </summary>
internal sealed class TypeUseReader : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _reader;
    private readonly UsedTypes _used;

    private TypeUseReader(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _reader = _file.GetMetadataReader();
        _used = new UsedTypes(_reader);
    }

    /// <summary>Every use once; what compilers generate outside the namespaces of <paramref name="assembly"/>'s own code is included.</summary>
    public static IReadOnlyCollection<TypeUse> Read(Assembly assembly)
    {
        using var reader = new TypeUseReader(assembly.Location);
        return reader.Read();
    }

    public void Dispose() => _file.Dispose();

    private HashSet<TypeUse> Read()
    {
        var uses = new HashSet<TypeUse>();
        foreach (var handle in _reader.TypeDefinitions)
        {
            _used.Clear();
            AddUses(_reader.GetTypeDefinition(handle));
            var user = _used.NameOf(handle);
            uses.UnionWith(_used.Names.Where(used => used != user).Select(used => new TypeUse(user, used)));
        }

        return uses;
    }

    private void AddUses(TypeDefinition type)
    {
        _used.Add(type.BaseType);
        AddAttributes(type.GetCustomAttributes());
        AddConstraints(type.GetGenericParameters());
        foreach (var implementation in type.GetInterfaceImplementations())
        {
            _used.Add(_reader.GetInterfaceImplementation(implementation).Interface);
        }

        foreach (var field in type.GetFields().Select(_reader.GetFieldDefinition))
        {
            AddAttributes(field.GetCustomAttributes());
            field.DecodeSignature(_used, default);
        }

        foreach (var property in type.GetProperties().Select(_reader.GetPropertyDefinition))
        {
            AddAttributes(property.GetCustomAttributes());
        }

        foreach (var method in type.GetMethods().Select(_reader.GetMethodDefinition))
        {
            AddUses(method);
        }
    }

    private void AddUses(MethodDefinition method)
    {
        AddAttributes(method.GetCustomAttributes());
        AddConstraints(method.GetGenericParameters());
        method.DecodeSignature(_used, default);
        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        var body = _file.GetMethodBody(method.RelativeVirtualAddress);
        _used.Add(body.LocalSignature);
        foreach (var region in body.ExceptionRegions)
        {
            _used.Add(region.CatchType);
        }

        foreach (var token in Instructions.TokensOf(body.GetILBytes()!))
        {
            _used.Add(token);
        }
    }

    private void AddAttributes(CustomAttributeHandleCollection attributes)
    {
        foreach (var attribute in attributes)
        {
            _used.Add(_reader.GetCustomAttribute(attribute).Constructor);
        }
    }

    private void AddConstraints(GenericParameterHandleCollection parameters)
    {
        foreach (var constraint in parameters.SelectMany(parameter => _reader.GetGenericParameter(parameter).GetConstraints()))
        {
            _used.Add(_reader.GetGenericParameterConstraint(constraint).Type);
        }
    }
}
